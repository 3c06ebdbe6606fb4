import type { JsonObject } from '../../../files/edit/json-patch.ts';
import type { PathDelegation } from '../../../routing/delegation-item.ts';
import { delegations } from '../../../routing/delegations.ts';
import { includesOf } from '../change/includes.ts';
import { nameOf, namespaceOf } from '../change/object-name.ts';
import type { ObjectStore } from '../change/object-store.ts';
import { problemOf, type Problem } from '../change/problem.ts';
import type { HostPrefix } from '../change/find-include.ts';
import { afterStep, upsertOf } from './changes.ts';
import { compareRoutes } from './compare-routes.ts';
import { headerKey } from './conditions.ts';
import { newErrors, takePicture, type Picture } from './picture.ts';
import type { Check, Step } from './plan.ts';
import { planExclude } from './plan-include.ts';
import { type PathPlan, proxyName } from './plan-path.ts';
import { sourceWords } from './source-words.ts';
import { targetText, type ChildName } from './target.ts';
import type { TrialWorld } from './world.ts';

export interface RevokeWish {
  readonly target: HostPrefix;
  readonly headers: readonly JsonObject[];
  readonly root: ChildName | null;
}

/** Takes the use away, and leaves the child. Rejects with CommandFailure. */
export async function planRevoke(
  { target, headers, root: named }: RevokeWish,
  store: ObjectStore,
  world: TrialWorld,
): Promise<PathPlan | Problem> {
  const all = delegations(world.local, { to: null, namespace: null, broken: false }).filter(
    (item) => item.type === 'Path',
  );
  const ofHost = all.filter(({ host }) => host === target.host);
  const found = ofHost.filter((item) => isMeant(item, target, headers, named));
  const [item, second] = found;
  if (item === undefined || second !== undefined) return unclear(target, found, ofHost, world);
  const { from, to } = item;
  if (from === null)
    return problemOf(`${targetText(target)} is delegated from a namespace that you may not read`, [
      'Ask whoever runs the root to take it back.',
    ]);
  const root = await store.read(proxyName(from, ''));
  if (root === null) return problemOf(`HTTPProxy ${from.namespace}/${from.name} was deleted in between`);
  await world.apply(upsertOf(root, from.namespace));
  const include = includesOf(root).find(({ pointer }) => pointer === from.pointer);
  const conditions = (include?.conditions ?? []) as readonly JsonObject[];
  const removal = include === undefined ? null : planExclude(root, conditions);
  if (removal === null) return unclear(target, [], ofHost, world);
  const before = takePicture(world.local);
  const steps: readonly Step[] = [{ type: 'patch', object: root, operations: removal.operations }];
  await world.apply(steps.flatMap((step) => upsertOf(afterStep(step), from.namespace)));
  const after = takePicture(world.local);
  const host = item.host as PathPlan['includer']['host'];
  return {
    includer: { namespace: from.namespace, name: from.name, host, above: null, prefix: target.prefix },
    root: namespaceOf(root) === null ? { ...root, metadata: { name: nameOf(root), namespace: from.namespace } } : root,
    child: to,
    conditions,
    pointer: from.pointer,
    steps,
    checks: checks({ target, before, after, host, child: to }),
    differences: compareRoutes(before, after),
  };
}

function isMeant(
  { prefix, conditions, from }: PathDelegation,
  target: HostPrefix,
  headers: readonly JsonObject[],
  named: ChildName | null,
): boolean {
  if (prefix.replace(/\/$/, '') !== target.prefix) return false;
  if (named !== null && (from?.name !== named.name || (named.namespace ?? from.namespace) !== from.namespace))
    return false;
  const wanted = headers.map(headerKey).toSorted();
  const written = conditions.headers.map(({ name, type, value }) => `${name.toLowerCase()} ${type} ${value}`);
  return conditions.query.length === 0 && JSON.stringify(wanted) === JSON.stringify(written.toSorted());
}

function unclear(
  target: HostPrefix,
  found: readonly PathDelegation[],
  ofHost: readonly PathDelegation[],
  { missing }: TrialWorld,
): Problem {
  const list = (found.length > 0 ? found : ofHost).map(
    ({ host, prefix, conditions, from, to }) =>
      `  ${host}${prefix}${conditions.headers.map(({ name }) => ` -H ${name}`).join('')} -> ${to.namespace}/${to.name}${from === null ? '' : `, in ${sourceWords(from)}`}`,
  );
  const name = targetText(target);
  if (found.length === 0 && missing.length > 0)
    return problemOf(`it is not known whether ${name} is delegated: not all that could tell may be read`, missing);
  return found.length > 0
    ? problemOf(`several includes delegate ${name}: say which with -H or --root`, list)
    : problemOf(`${name} is not delegated`, list.length === 0 ? [] : ['What is delegated of this host:', ...list]);
}

interface Subject {
  readonly target: HostPrefix;
  readonly before: Picture;
  readonly after: Picture;
  readonly host: PathPlan['includer']['host'];
  readonly child: PathPlan['child'];
}

function checks({ target, before, after, host, child }: Subject): readonly Check[] {
  const who = after.answerer(host, { path: target.prefix || '/', headers: [] });
  const falls = who === null ? 'nobody: 404' : sourceWords(who);
  const broken = newErrors(before, after, [host]).filter(({ severity }) => severity === 'error');
  return [
    { id: 'falls-to', result: who === null ? 'warn' : 'ok', message: `${targetText(target)} is answered by ${falls}` },
    { id: 'child', result: 'ok', message: `${child.namespace}/${child.name} is left as it is` },
    ...broken.map(({ message, reason }): Check => ({ id: 'tree', result: 'warn', message: `${message} (${reason})` })),
  ];
}
