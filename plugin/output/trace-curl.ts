import type { TraceRequest } from '../../routing/trace-item.ts';

/** The request as a command to paste into a shell. @param via `address:port` to send it to, or null */
export function printCurl({ method, url, authority, headers }: TraceRequest, via: string | null): string {
  const [, , host = ''] = url.split('/');
  const fields = [...(host === authority ? [] : [{ name: 'Host', value: authority }]), ...headers];
  const words = [
    'curl',
    '-i',
    ...(method === 'GET' ? [] : method === 'HEAD' ? ['-I'] : ['-X', method]),
    ...fields.flatMap(({ name, value }) => ['-H', value === '' ? `${name};` : `${name}: ${value}`]),
    ...(via === null ? [] : ['--connect-to', `::${via}`]),
    ...(url.startsWith('https:') && via !== null ? ['-k'] : []),
    '--path-as-is',
    url,
  ];
  return `${words.map(shellQuoted).join(' ')}\n`;
}

function shellQuoted(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
