import { borrowersOf, lendsTo } from '../../routing/graph/certificate-delegation.ts';
import type { CompileSettings } from '../../routing/graph/settings.ts';
import type { KubernetesObject, TLSCertificateDelegation } from '../../routing/objects/kubernetes-object.ts';
import type { RefKey } from '../../routing/objects/ref.ts';
import { isOfNamespace, secretKey, type SecretKey, secretsNamedBy } from './secret-references.ts';

/** Which objects name Secrets of other namespaces, and which delegations lend them. */
export interface Loans {
  /** Replaces the versions that are known of an object: the one let through, and the one that waits. */
  set(ref: RefKey, versions: readonly KubernetesObject[]): void;
  /** The Secrets whose bytes an object gives reason to have: its own, those lent to it, those it lends to somebody. */
  keysOf(object: KubernetesObject): readonly SecretKey[];
  /** Everything else whose `keysOf` follows from this object. */
  related(object: KubernetesObject): readonly RefKey[];
}

/** Who stands on one side of a loan, by Secret and object. */
type Side<T> = Map<SecretKey, Map<RefKey, T>>;

export function createLoans(settings: CompileSettings): Loans {
  /** With the namespace of each. */
  const borrowing: Side<string> = new Map();
  /** With the namespaces that each lends to. */
  const lending: Side<readonly string[]> = new Map();
  const standing = new Map<RefKey, readonly SecretKey[]>();

  const foreignOf = (object: KubernetesObject): readonly SecretKey[] =>
    secretsNamedBy(object, settings).filter((key) => !isOfNamespace(key, object.metadata.namespace));
  const isLent = (key: SecretKey, borrower: string): boolean =>
    [...(lending.get(key)?.values() ?? [])].some((targets) => lendsTo(targets, borrower));

  function add(ref: RefKey, object: KubernetesObject): readonly SecretKey[] {
    if (object.kind === 'TLSCertificateDelegation') {
      const lent = lentBy(object);
      for (const [key, targets] of lent) enter(lending, key, ref, [...(lending.get(key)?.get(ref) ?? []), ...targets]);
      return [...lent.keys()];
    }
    const foreign = foreignOf(object);
    for (const key of foreign) enter(borrowing, key, ref, object.metadata.namespace);
    return foreign;
  }

  return {
    set(ref, versions) {
      for (const key of standing.get(ref) ?? []) {
        leave(borrowing, key, ref);
        leave(lending, key, ref);
      }
      const keys = versions.flatMap((object) => add(ref, object));
      if (keys.length > 0) standing.set(ref, keys);
      else standing.delete(ref);
    },
    keysOf(object) {
      const { namespace } = object.metadata;
      if (object.kind !== 'TLSCertificateDelegation')
        return secretsNamedBy(object, settings).filter(
          (key) => isOfNamespace(key, namespace) || isLent(key, namespace),
        );
      const isBorrowed = ([key, targets]: readonly [SecretKey, readonly string[]]): boolean =>
        [...(borrowing.get(key)?.values() ?? [])].some((borrower) => lendsTo(targets, borrower));
      return [...lentBy(object)].filter(isBorrowed).map(([key]) => key);
    },
    related(object) {
      if (object.kind !== 'TLSCertificateDelegation')
        return foreignOf(object).flatMap((key) => [...(lending.get(key)?.keys() ?? [])]);
      return [...lentBy(object).keys()].flatMap((key) => [...(borrowing.get(key)?.keys() ?? [])]);
    },
  };
}

function lentBy(delegation: TLSCertificateDelegation): ReadonlyMap<SecretKey, readonly string[]> {
  const { namespace } = delegation.metadata;
  const names = (delegation.spec.delegations ?? []).flatMap(({ secretName }) => secretName ?? []);
  return new Map(names.map((name) => [secretKey({ namespace, name }), borrowersOf(delegation, name)]));
}

function enter<T>(side: Side<T>, key: SecretKey, ref: RefKey, value: T): void {
  side.set(key, (side.get(key) ?? new Map<RefKey, T>()).set(ref, value));
}

function leave<T>(side: Side<T>, key: SecretKey, ref: RefKey): void {
  const members = side.get(key);
  members?.delete(ref);
  if (members?.size === 0) side.delete(key);
}
