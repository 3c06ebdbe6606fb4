import { shellWords } from './shell-words.ts';

/** What of a curl command says which request is sent, and where to. */
export interface CurlCommand {
  /** Null is GET. */
  readonly method: string | null;
  readonly url: string;
  /** Each `name: value`. */
  readonly headers: readonly string[];
  /** `address:port` that --resolve or --connect-to names. */
  readonly via: string | null;
}

/** Reads a pasted command; a fault is a sentence without a period. Nothing is run. */
export function readCurl(text: string): CurlCommand | string {
  const words = shellWords(text.trim());
  if (words === null) return 'the curl command has a quote that is not closed';
  const [first, ...rest] = words;
  if (first === undefined || !/(^|\/)curl(\.exe)?$/.test(first)) return 'the command to --curl begins with "curl"';
  const read: Reading = {
    method: null,
    urls: [],
    headers: [],
    data: [],
    get: false,
    head: false,
    body: false,
    via: null,
    fault: null,
  };
  let left: readonly string[] = rest;
  while (left.length > 0 && read.fault === null) left = readWord(left, read);
  return read.fault ?? commandOf(read);
}

interface Reading {
  method: string | null;
  readonly urls: string[];
  readonly headers: string[];
  readonly data: string[];
  get: boolean;
  head: boolean;
  body: boolean;
  via: string | null;
  fault: string | null;
}

function commandOf({ method, urls, headers, data, get, head, body, via }: Reading): CurlCommand | string {
  const [url, ...others] = urls;
  if (url === undefined) return 'the curl command names no URL';
  if (others.length > 0) return 'the curl command names several URLs; trace them one by one';
  const query = data.join('&');
  const behind = query === '' ? '' : `${url.includes('?') ? '&' : '?'}${query}`;
  const implied = head ? 'HEAD' : body && !get ? 'POST' : null;
  const isForm = body && !get && !headers.some((header) => /^content-type:/i.test(header));
  return {
    method: method ?? implied,
    url: get ? url + behind : url,
    headers: isForm ? [...headers, 'Content-Type: application/x-www-form-urlencoded'] : headers,
    via,
  };
}

/** Takes one option with its value, or the URL. */
function readWord(words: readonly string[], read: Reading): readonly string[] {
  const [word = '', ...others] = words;
  if (!word.startsWith('-') || word === '-') {
    read.urls.push(word);
    return others;
  }
  if (word.startsWith('--')) return readLong(word, others, read);
  return readShort(word, others, read);
}

function readLong(word: string, others: readonly string[], read: Reading): readonly string[] {
  const name = word.slice(2);
  const option =
    options.get(name) ?? (name.startsWith('no-') && options.get(name.slice(3))?.takes === false ? ignored : undefined);
  if (option === undefined) return refuse(word, others, read);
  if (!option.takes) {
    option.read(read, '');
    return others;
  }
  return takeValue(word, others, option, read);
}

/** `-sXPOST`: letters without a value until one with it, which has the rest of the word. */
function readShort(word: string, others: readonly string[], read: Reading): readonly string[] {
  for (let at = 1; at < word.length; at += 1) {
    const option = options.get(word.charAt(at));
    if (option === undefined) return refuse(`-${word.charAt(at)}`, others, read);
    if (!option.takes) option.read(read, '');
    else if (at + 1 < word.length) {
      option.read(read, word.slice(at + 1));
      return others;
    } else return takeValue(`-${word.charAt(at)}`, others, option, read);
  }
  return others;
}

function takeValue(
  word: string,
  [value, ...left]: readonly string[],
  option: Option,
  read: Reading,
): readonly string[] {
  if (value === undefined) read.fault = `the curl option ${word} lacks its value`;
  else option.read(read, value);
  return left;
}

function refuse(word: string, others: readonly string[], read: Reading): readonly string[] {
  read.fault = `the curl option ${word} is not one that trace knows; leave it out, or say what it does with the options of trace`;
  return others;
}

interface Option {
  readonly takes: boolean;
  read(read: Reading, value: string): void;
}

const ignored: Option = { takes: false, read: () => {} };
const ignoredValue: Option = { takes: true, read: () => {} };
const value = (read: Option['read']): Option => ({ takes: true, read });
const flag = (read: (read: Reading) => void): Option => ({ takes: false, read });

const method = value((read, text) => (read.method = text));
const header = value((read, text) => read.headers.push(text));
const named = (name: string): Option => value((read, text) => read.headers.push(`${name}: ${text}`));
const data = value((read, text) => {
  read.body = true;
  read.data.push(text);
});
const encoded = value((read, text) => {
  const equals = text.indexOf('=');
  read.body = true;
  read.data.push(
    equals < 0 ? encodeURIComponent(text) : `${text.slice(0, equals + 1)}${encodeURIComponent(text.slice(equals + 1))}`,
  );
});
const form = value((read) => {
  read.body = true;
  read.headers.push('Content-Type: multipart/form-data');
});
const json = value((read) => {
  read.body = true;
  read.headers.push('Content-Type: application/json', 'Accept: application/json');
});
/** `name=value` goes into the header; anything else names a file, which is not read. */
const cookie = value((read, text) => {
  if (text.includes('=')) read.headers.push(`Cookie: ${text}`);
});
const user = value((read, text) => read.headers.push(`Authorization: Basic ${Buffer.from(text).toString('base64')}`));
const resolve = value((read, text) => {
  const [, port, address] = /^\+?(?:\[[^\]]*\]|[^:]*):([0-9]+):(.+)$/.exec(text) ?? [];
  const [first] = (address ?? '').split(',');
  if (port === undefined || first === undefined || first === '')
    read.fault = `the curl option --resolve takes HOST:PORT:ADDRESS, not ${text}`;
  else read.via = `${first}:${port}`;
});
const connectTo = value((read, text) => {
  const [, to] = /^(?:\[[^\]]*\]|[^:]*):[0-9]*:((?:\[[^\]]*\]|[^:]+):[0-9]+)$/.exec(text) ?? [];
  if (to === undefined) read.fault = `the curl option --connect-to takes HOST1:PORT1:HOST2:PORT2, not ${text}`;
  else read.via = to;
});

const options: ReadonlyMap<string, Option> = new Map<string, Option>([
  ...each(['X', 'request'], method),
  ...each(['H', 'header'], header),
  ...each(['A', 'user-agent'], named('User-Agent')),
  ...each(['e', 'referer'], named('Referer')),
  ...each(['b', 'cookie'], cookie),
  ...each(['u', 'user'], user),
  ...each(['d', 'data', 'data-ascii', 'data-raw', 'data-binary'], data),
  ...each(['data-urlencode'], encoded),
  ...each(['F', 'form', 'form-string'], form),
  ...each(['json'], json),
  ...each(
    ['url'],
    value((read, text) => read.urls.push(text)),
  ),
  ...each(
    ['I', 'head'],
    flag((read) => (read.head = true)),
  ),
  ...each(
    ['G', 'get'],
    flag((read) => (read.get = true)),
  ),
  ...each(['resolve'], resolve),
  ...each(['connect-to'], connectTo),
  ...each(
    [
      'k',
      's',
      'S',
      'v',
      'i',
      'L',
      'f',
      'g',
      'N',
      '#',
      '4',
      '6',
      '0',
      'insecure',
      'silent',
      'show-error',
      'verbose',
      'include',
    ],
    ignored,
  ),
  ...each(
    ['location', 'fail', 'fail-with-body', 'globoff', 'no-buffer', 'path-as-is', 'compressed', 'progress-bar'],
    ignored,
  ),
  ...each(
    ['http1.0', 'http1.1', 'http2', 'http2-prior-knowledge', 'http3', 'tlsv1.2', 'tlsv1.3', 'ipv4', 'ipv6'],
    ignored,
  ),
  ...each(
    ['o', 'output', 'w', 'write-out', 'm', 'max-time', 'connect-timeout', 'retry', 'cacert', 'c', 'cookie-jar', 'D'],
    ignoredValue,
  ),
]);

function each(names: readonly string[], option: Option): readonly (readonly [string, Option])[] {
  return names.map((name) => [name, option]);
}
