import type { SourceItem } from '../../routing/route-item.ts';

const kindWords = new Map([
  ['HTTPProxy', 'proxy'],
  ['Ingress', 'ingress'],
  ['TLSCertificateDelegation', 'delegation'],
]);

/** A kind as people type it before a name. */
export function kindWord(kind: string): string {
  return kindWords.get(kind) ?? kind.toLowerCase();
}

/** `proxy shop/root`. */
export function objectWords({ kind, namespace, name }: Pick<SourceItem, 'kind' | 'namespace' | 'name'>): string {
  return `${kindWord(kind)} ${namespace === '' ? name : `${namespace}/${name}`}`;
}

/** `web.yaml:31:7` where it was read from a file, else `spec.routes[0]`. */
export function placeWords({ file, line, column, pointer }: SourceItem): string {
  return file === undefined ? pointerWords(pointer) : `${file}:${line}:${column}`;
}

/** A JSON pointer as kubectl writes paths: `spec.routes[0]`. */
export function pointerWords(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((token, index) => (/^[0-9]+$/.test(token) ? `[${token}]` : index === 0 ? token : `.${token}`))
    .join('');
}
