import type { JsonObject } from '../../../files/edit/json-patch.ts';
import { ServerFailure } from '../../failure.ts';
import type { ServiceRef } from '../canary/proxy.ts';
import type { HostPrefix } from '../change/find-include.ts';
import { nameOf, namespaceOf } from '../change/object-name.ts';
import type { ObjectName, ObjectStore } from '../change/object-store.ts';
import { isProblem, problemOf, type Problem } from '../change/problem.ts';
import { afterStep, presentOf, upsertOf } from './changes.ts';
import { compareRoutes, type RouteDifference } from './compare-routes.ts';
import { conditionsOf } from './conditions.ts';
import { findIncluder, type Includer } from './includer.ts';
import { checkPath } from './path-checks.ts';
import { takePicture } from './picture.ts';
import type { Check, Step } from './plan.ts';
import { planInclude } from './plan-include.ts';
import { childSkeleton } from './skeleton.ts';
import type { ChildName } from './target.ts';
import type { TrialWorld } from './world.ts';

/** What was asked for. */
export interface PathWish {
  readonly target: HostPrefix;
  readonly headers: readonly JsonObject[];
  readonly child: ChildName;
  /** Whether a child that is missing is made, and what it sends its requests to. */
  readonly create: boolean;
  readonly service: ServiceRef | null;
  /** Null for the root. */
  readonly root: ChildName | null;
}

export interface PathPlan {
  readonly includer: Includer;
  /** As it was read. */
  readonly root: JsonObject;
  readonly child: { readonly namespace: string; readonly name: string };
  readonly conditions: readonly JsonObject[];
  /** Of the include. */
  readonly pointer: string;
  /** The child first, its use second. Empty where all is so already. */
  readonly steps: readonly Step[];
  readonly checks: readonly Check[];
  readonly differences: readonly RouteDifference[];
}

/** The child as far as it may be read. */
export type ReadChild = JsonObject | 'missing' | 'hidden';

/** Tries in `world` what would be written. Rejects with CommandFailure. */
export async function planPath(wish: PathWish, store: ObjectStore, world: TrialWorld): Promise<PathPlan | Problem> {
  if (wish.root?.namespace === null) return problemOf(`--root takes NAMESPACE/NAME, not "${wish.root.name}"`);
  // Who may not read it is told so before it is looked for.
  if (wish.root !== null) await store.read(proxyName(wish.root, ''));
  const includer = findIncluder(world, wish.target, wish.root);
  if (isProblem(includer)) return includer;
  const root = await store.read(proxyName(includer, ''));
  if (root === null) return problemOf(`HTTPProxy ${includer.namespace}/${includer.name} was deleted in between`);
  const child = { namespace: wish.child.namespace ?? includer.namespace, name: wish.child.name };
  const found = await readChild(store, child);
  await world.apply([
    ...upsertOf(root, includer.namespace),
    ...(found === 'hidden' ? [] : presentOf(proxyName(child, ''), found === 'missing' ? null : found)),
  ]);
  const before = takePicture(world.local);
  const conditions = conditionsOf(includer.prefix, wish.headers);
  const include = planInclude(withNamespace(root, includer.namespace), { conditions, child });
  if (isProblem(include)) return include;
  const steps: readonly Step[] = [
    ...(found === 'missing' && wish.create
      ? [{ type: 'create', object: childSkeleton(root, child, wish.service) } as const]
      : []),
    ...(include.operations.length === 0
      ? []
      : [{ type: 'patch', object: root, operations: include.operations } as const]),
  ];
  await world.apply(steps.flatMap((step) => upsertOf(afterStep(step), homeOf(step, includer.namespace))));
  const after = takePicture(world.local);
  const differences = compareRoutes(before, after);
  const subject = { wish, includer, child, found, conditions, pointer: include.pointer, before, after, differences };
  return {
    includer,
    root,
    child,
    conditions,
    pointer: include.pointer,
    steps,
    checks: checkPath(subject, world),
    differences,
  };
}

export function proxyName(named: ChildName, otherwise: string): ObjectName {
  return { kind: 'HTTPProxy', namespace: named.namespace ?? otherwise, name: named.name };
}

function homeOf(step: Step, includerNamespace: string): string {
  return step.type === 'create' ? (namespaceOf(step.object) ?? '') : includerNamespace;
}

/** Files may leave the namespace out. */
function withNamespace(root: JsonObject, namespace: string): JsonObject {
  return namespaceOf(root) === null ? { ...root, metadata: { name: nameOf(root), namespace } } : root;
}

async function readChild(store: ObjectStore, child: PathPlan['child']): Promise<ReadChild> {
  try {
    return (await store.read(proxyName(child, ''))) ?? 'missing';
  } catch (error) {
    if (error instanceof ServerFailure && error.status === 403) return 'hidden';
    throw error;
  }
}
