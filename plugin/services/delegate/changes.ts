import type { JsonObject } from '../../../files/edit/json-patch.ts';
import { applyPatch, isObject } from '../../../files/edit/json-patch.ts';
import { decode } from '../../../routing/objects/decode.ts';
import type { Change } from '../../../routing/objects/kubernetes-object.ts';
import type { ObjectName } from '../change/object-store.ts';
import type { Step } from './plan.ts';

/** An object as the world takes it. What is in a namespace of its own says so, also where its text does not. */
export function upsertOf(object: JsonObject, namespace: string): readonly Change[] {
  const metadata = isObject(object['metadata']) ? object['metadata'] : {};
  const decoded = decode({ ...object, metadata: { ...metadata, namespace } });
  return decoded.type === 'object' ? [{ type: 'upsert', object: decoded.object }] : [];
}

/** What is there now: the object, or that there is none. */
export function presentOf(name: ObjectName, object: JsonObject | null): readonly Change[] {
  if (object !== null) return upsertOf(object, name.namespace);
  return [{ type: 'delete', ref: { kind: name.kind, namespace: name.namespace, name: name.name } }];
}

/** The object after a step. */
export function afterStep(step: Step): JsonObject {
  if (step.type === 'create') return step.object;
  const patched = applyPatch(step.object, step.operations);
  if (patched.type === 'patched' && isObject(patched.value)) return patched.value;
  throw new Error('a patch does not fit the object it was planned for');
}
