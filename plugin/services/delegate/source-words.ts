import type { SourceItem } from '../../../routing/route-item.ts';

/** `HTTPProxy shop/root /spec/routes/3`, with its line where it is in a file. */
export function sourceWords({ kind, namespace, name, pointer, file, line }: SourceItem): string {
  const place = file === undefined ? '' : ` (${file}:${line})`;
  return `${kind} ${namespace === '' ? name : `${namespace}/${name}`}${pointer === '' ? '' : ` ${pointer}`}${place}`;
}
