import { type RequestHeader } from './match/request.ts';
import { quoted } from './objects/sentence.ts';
import type { TraceRequest } from './trace-item.ts';

/** A request as people write it. */
export interface WrittenRequest {
  /** Null is GET. */
  readonly method: string | null;
  /** With a scheme or, as curl takes it, without. */
  readonly url: string;
  /** Each `name: value`; `name;` for one that is empty, `name:` for none. */
  readonly headers: readonly string[];
  /** Null is the host of the URL. */
  readonly sni: string | null;
  readonly sourceIp: string | null;
}

/** The request, or what is wrong with it: a sentence without a period. */
export function readRequest({ method, url, headers: lines, sni, sourceIp }: WrittenRequest): TraceRequest | string {
  const parts = readUrl(url);
  if (typeof parts === 'string') return parts;
  const read = lines.map(readHeader);
  const fault = read.find((header) => typeof header === 'string');
  if (fault !== undefined) return fault;
  const given = read.filter((header): header is RequestHeader => typeof header === 'object' && header !== null);
  const hosts = given.filter(({ name }) => name.toLowerCase() === 'host');
  if (hosts.length > 1) return 'the header Host is given twice';
  if (method !== null && !isToken(method)) return `${quoted(method)} is not a method`;
  const { scheme, upgrade, authority, path } = parts;
  const name = sni ?? authority.replace(/:[0-9]+$/, '');
  return {
    method: method ?? 'GET',
    url: `${scheme}://${authority}${path}`,
    scheme,
    authority: hosts[0]?.value ?? authority,
    path,
    headers: [...given.filter((header) => !hosts.includes(header)), ...(upgrade ? websocket : [])],
    // An address is no name for a handshake. RFC 6066, 3.
    sni: scheme === 'http' || isAddress(name) ? null : name,
    sourceIp,
  };
}

const websocket: readonly RequestHeader[] = [
  { name: 'Connection', value: 'Upgrade' },
  { name: 'Upgrade', value: 'websocket' },
  { name: 'Sec-WebSocket-Version', value: '13' },
  // The example of RFC 6455, 1.3: any 16 bytes will do.
  { name: 'Sec-WebSocket-Key', value: 'dGhlIHNhbXBsZSBub25jZQ==' },
];

interface UrlParts {
  readonly scheme: 'http' | 'https';
  readonly upgrade: boolean;
  /** Without the scheme's usual port, as clients send it. */
  readonly authority: string;
  readonly path: string;
}

/** Nothing of it is put in order, which Envoy does; what is not ASCII is escaped, as browsers do. */
function readUrl(url: string): UrlParts | string {
  const wrong = (why: string): string => `${quoted(url)} is not a URL that can be traced: ${why}`;
  if (/[\s\u0000-\u001f\u007f]/.test(url)) return wrong('it holds a space or a control character');
  const [, word = 'http', rest = url] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/i.exec(url) ?? [];
  const protocol = protocols.get(word.toLowerCase());
  if (protocol === undefined) return wrong(`its scheme is ${word}, and not http, https, ws or wss`);
  const end = rest.search(/[/?#]/);
  const authority = end < 0 ? rest : rest.slice(0, end);
  const behind = end < 0 ? '' : (rest.slice(end).split('#')[0] ?? '');
  if (authority.includes('@')) return wrong('it names a user; say it with -H Authorization');
  if (!isAuthority(authority)) return wrong('it names no host');
  const usual = protocol.scheme === 'http' ? /:80$/ : /:443$/;
  return {
    ...protocol,
    authority: authority.replace(usual, ''),
    path: escaped(behind.startsWith('/') ? behind : `/${behind}`),
  };
}

function escaped(path: string): string {
  return path.toWellFormed().replace(/[^\u0000-\u007f]/gu, encodeURIComponent);
}

const protocols: ReadonlyMap<string, Pick<UrlParts, 'scheme' | 'upgrade'>> = new Map([
  ['http', { scheme: 'http', upgrade: false }],
  ['https', { scheme: 'https', upgrade: false }],
  ['ws', { scheme: 'http', upgrade: true }],
  ['wss', { scheme: 'https', upgrade: true }],
]);

function isAuthority(text: string): boolean {
  const [, host = '', port = '80'] = /^(\[[0-9a-fA-F:.]+\]|[^:[\]]+)(?::([0-9]{1,5}))?$/.exec(text) ?? [];
  return host !== '' && Number(port) > 0 && Number(port) < 65_536;
}

function isAddress(name: string): boolean {
  return name.startsWith('[') || /^[0-9]+(\.[0-9]+){3}$/.test(name);
}

/** Null for a header that is asked not to be sent. */
function readHeader(line: string): RequestHeader | string | null {
  const empty = /^([^:;\s]+);$/.exec(line);
  const colon = line.indexOf(':', line.startsWith(':') ? 1 : 0);
  const name = empty?.[1] ?? line.slice(0, Math.max(0, colon)).trim();
  const value = empty === null ? line.slice(colon + 1).trim() : '';
  if (name.startsWith(':')) return `${quoted(name)} is no header: method and URL say it`;
  if (!isToken(name)) return `${quoted(line)} is not a header; write it as "name: value"`;
  if (/[\r\n\u0000]/.test(value)) return `the header ${name} holds a line break`;
  return value === '' && empty === null ? null : { name, value };
}

/** RFC 9110, 5.6.2. */
function isToken(text: string): boolean {
  return /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(text);
}
