import { pathOf, resources } from '../../../kubernetes/resources.ts';
import { nameOf, namespaceOf } from '../change/object-name.ts';
import type { WritableKind } from '../change/object-store.ts';
import { type Right, rightOf } from '../rights.ts';
import type { Step } from './plan.ts';

/** What one has to be allowed for a step. */
export function needOf({ type, object }: Step, namespace: string): Right {
  const resource = resources[object['kind'] as WritableKind];
  const path = pathOf(resource, namespaceOf(object) ?? namespace);
  const right =
    type === 'create' ? rightOf('POST', path) : rightOf('PATCH', `${path}/${encodeURIComponent(nameOf(object))}`);
  if (right === null) throw new Error('an object is written that is in no namespace');
  return right;
}
