import type { TLSCertificateDelegation } from '../objects/kubernetes-object.ts';
import type { Reader } from '../store/reader.ts';
import type { SecureHost } from './graph.ts';

/** Whether the namespace of a Secret lends it to another namespace. */
export function isDelegated(reader: Reader, { namespace, name }: SecureHost['secret'], borrower: string): boolean {
  return reader.grants(namespace, name).some((delegation) => lendsTo(borrowersOf(delegation, name), borrower));
}

/** The namespaces that a delegation lends a Secret to, `*` for all of them. */
export function borrowersOf({ spec }: TLSCertificateDelegation, secretName: string): readonly string[] {
  const granted = (spec.delegations ?? []).filter((each) => each.secretName === secretName);
  return granted.flatMap(({ targetNamespaces = [] }) => targetNamespaces);
}

/** `*` means all wherever it stands; in Contour it does only where it stands alone. */
export function lendsTo(targets: readonly string[], borrower: string): boolean {
  return targets.includes(borrower) || targets.includes('*');
}
