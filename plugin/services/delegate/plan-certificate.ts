import { isList, valueAt, type Json, type JsonObject, type PatchOperation } from '../../../files/edit/json-patch.ts';
import type { HostName } from '../../../routing/graph/graph.ts';
import { nameOf, namespaceOf } from '../change/object-name.ts';
import type { ObjectStore } from '../change/object-store.ts';
import { problemOf, type Problem } from '../change/problem.ts';
import { afterStep, upsertOf } from './changes.ts';
import { changedHosts, takePicture, type Picture } from './picture.ts';
import type { Check, Step } from './plan.ts';
import type { TrialWorld } from './world.ts';

export interface CertificateWish {
  readonly secret: { readonly namespace: string; readonly name: string };
  /** Namespaces, or `*`. */
  readonly targets: readonly string[];
  /** Of the TLSCertificateDelegation; null for one that names the Secret already, else one called as the Secret. */
  readonly name: string | null;
}

export interface CertificatePlan {
  /** Of the TLSCertificateDelegation. */
  readonly object: { readonly namespace: string; readonly name: string };
  readonly secret: CertificateWish['secret'];
  readonly targets: readonly string[];
  readonly pointer: string;
  readonly steps: readonly Step[];
  readonly checks: readonly Check[];
}

const KIND = 'TLSCertificateDelegation';

/** Lends a Secret to namespaces. Rejects with CommandFailure. */
export async function planLend(wish: CertificateWish, store: ObjectStore): Promise<CertificatePlan | Problem> {
  const { secret, targets } = wish;
  const all = await store.list(KIND, secret.namespace);
  const named = all.find((each) =>
    wish.name === null ? entryOf(each, secret.name) !== null : nameOf(each) === wish.name,
  );
  const object = named ?? (wish.name === null ? all.find((each) => nameOf(each) === secret.name) : undefined) ?? null;
  const base = { secret, targets, checks: [] as readonly Check[] };
  if (object === null) {
    const name = wish.name ?? secret.name;
    const created = delegationOf(secret, name, targets);
    const place = { namespace: secret.namespace, name };
    return { ...base, object: place, pointer: '/spec/delegations/0', steps: [{ type: 'create', object: created }] };
  }
  const { operations, pointer } = lendOperations(object, secret.name, targets);
  const place = { namespace: secret.namespace, name: nameOf(object) };
  const steps: readonly Step[] = operations.length === 0 ? [] : [{ type: 'patch', object, operations }];
  return { ...base, object: place, pointer, steps };
}

function delegationOf(
  { namespace, name }: CertificateWish['secret'],
  own: string,
  targets: readonly string[],
): JsonObject {
  return {
    apiVersion: 'projectcontour.io/v1',
    kind: KIND,
    metadata: { name: own, namespace },
    spec: { delegations: [{ secretName: name, targetNamespaces: targets }] },
  };
}

interface Entry {
  readonly index: number;
  readonly targets: readonly string[];
}

function entryOf(object: JsonObject, secretName: string): Entry | null {
  return entriesOf(object, secretName)[0] ?? null;
}

/** One Secret may be in several entries, and all of them count. */
function entriesOf(object: JsonObject, secretName: string): readonly Entry[] {
  return delegationsOf(object).flatMap((each, index) =>
    valueAt(each, '/secretName') === secretName ? [{ index, targets: targetsOf(each) }] : [],
  );
}

function delegationsOf(object: JsonObject): readonly Json[] {
  const list = valueAt(object, '/spec/delegations');
  return isList(list) ? list : [];
}

function targetsOf(entry: Json): readonly string[] {
  const list = valueAt(entry, '/targetNamespaces');
  return isList(list) ? list.filter((each) => typeof each === 'string') : [];
}

/** `*` stands alone, because Contour heeds it nowhere else. */
function lendOperations(
  object: JsonObject,
  secretName: string,
  targets: readonly string[],
): { readonly operations: readonly PatchOperation[]; readonly pointer: string } {
  const entry = entryOf(object, secretName);
  const guard: PatchOperation = {
    op: 'test',
    path: '/spec/delegations',
    value: valueAt(object, '/spec/delegations') ?? null,
  };
  const list = delegationsOf(object);
  if (entry === null) {
    const value = { secretName, targetNamespaces: targets };
    const pointer = `/spec/delegations/${list.length}`;
    const isThere = valueAt(object, '/spec/delegations') !== undefined;
    return isThere
      ? { operations: [guard, { op: 'add', path: pointer, value }], pointer }
      : { operations: [guard, { op: 'add', path: '/spec/delegations', value: [value] }], pointer };
  }
  const pointer = `/spec/delegations/${entry.index}`;
  const path = `${pointer}/targetNamespaces`;
  if (targets.includes('*')) {
    const isSo = entry.targets.length === 1 && entry.targets[0] === '*';
    return { operations: isSo ? [] : [guard, { op: 'replace', path, value: ['*'] }], pointer };
  }
  const missing = entry.targets.includes('*') ? [] : targets.filter((target) => !entry.targets.includes(target));
  const adds = missing.map((value, at): PatchOperation => ({
    op: 'add',
    path: `${path}/${entry.targets.length + at}`,
    value,
  }));
  return { operations: adds.length === 0 ? [] : [guard, ...adds], pointer };
}

/** Takes a loan back; where nobody is left, the entry goes. Rejects with CommandFailure. */
export async function planTakeBack(
  { secret, targets, name }: CertificateWish,
  store: ObjectStore,
  world: TrialWorld,
): Promise<readonly CertificatePlan[] | Problem> {
  const label = `Secret ${secret.namespace}/${secret.name}`;
  const all = await store.list(KIND, secret.namespace);
  const ours = all.filter((each) => entryOf(each, secret.name) !== null && (name === null || nameOf(each) === name));
  const lent = new Set(ours.flatMap((each) => entriesOf(each, secret.name).flatMap((entry) => entry.targets)));
  const missing = targets.filter((target) => !lent.has(target));
  if (missing.length > 0 && lent.has('*'))
    return problemOf(`${label} is lent to all namespaces, so it cannot be taken from ${missing.join(', ')} alone`, [
      `Take all of it back with --to '*', then lend it to those that need it.`,
    ]);
  if (missing.length > 0)
    return problemOf(
      `${label} is not lent to ${missing.join(', ')}${lent.size === 0 ? '' : `: it is lent to ${[...lent].join(', ')}`}`,
      lent.size === 0 ? ['See what is lent: delegate list; the namespace of the Secret is that of -n.'] : [],
    );
  const before = takePicture(world.local);
  const plans = ours.flatMap((object) => {
    const operations = takeOperations(object, secret.name, targets);
    if (operations.length === 0) return [];
    const entry = entryOf(object, secret.name);
    const steps: readonly Step[] = [{ type: 'patch', object, operations }];
    const place = { namespace: secret.namespace, name: nameOf(object) };
    return [{ object: place, secret, targets, pointer: `/spec/delegations/${entry?.index ?? 0}`, steps }];
  });
  const after = plans.flatMap(({ steps }) => steps.map(afterStep));
  await world.apply(after.flatMap((each) => upsertOf(each, namespaceOf(each) ?? secret.namespace)));
  const checks = usersLeft(before, takePicture(world.local));
  return plans.map((plan, index) => ({ ...plan, checks: index === 0 ? checks : [] }));
}

function takeOperations(object: JsonObject, secretName: string, targets: readonly string[]): readonly PatchOperation[] {
  const operations = entriesOf(object, secretName)
    .toReversed()
    .flatMap(({ index, targets: own }): readonly PatchOperation[] => {
      const pointer = `/spec/delegations/${index}`;
      const left = own.filter((target) => !targets.includes(target));
      if (left.length === own.length) return [];
      if (left.length === 0) return [{ op: 'remove', path: pointer }];
      return own
        .flatMap((target, at): readonly PatchOperation[] =>
          targets.includes(target) ? [{ op: 'remove', path: `${pointer}/targetNamespaces/${at}` }] : [],
        )
        .toReversed();
    });
  if (operations.length === 0) return [];
  return [
    { op: 'test', path: '/spec/delegations', value: valueAt(object, '/spec/delegations') ?? null },
    ...operations,
  ];
}

/** Hosts that are served with it, and will be no more. */
function usersLeft(before: Picture, after: Picture): readonly Check[] {
  const losers = changedHosts(before, after).filter((host) => isSecure(before, host) && !isSecure(after, host));
  if (losers.length === 0) return [{ id: 'users', result: 'ok', message: 'no host is served with it from there' }];
  const listed = losers.slice(0, 5).join(', ') + (losers.length > 5 ? ` and ${losers.length - 5} more` : '');
  return [{ id: 'users', result: 'warn', message: `without it HTTPS ends for ${listed} (DelegationNotPermitted)` }];
}

function isSecure(picture: Picture, host: HostName): boolean {
  return (picture.hosts.get(host)?.secure ?? null) !== null;
}
