/** Forms of text that a CRD asks for by a regular expression. */
export type PatternName =
  | 'fqdn'
  | 'fqdn-or-empty'
  | 'hostname'
  | 'timeout'
  | 'duration'
  | 'duration-or-zero'
  | 'token'
  | 'cookie-name'
  | 'cookie-path'
  | 'decimal'
  | 'absolute-path';

interface Pattern {
  readonly test: (text: string) => boolean;
  /** Completes "must be …". */
  readonly expected: string;
}

const lower = 'abcdefghijklmnopqrstuvwxyz';
const digits = '0123456789';
const tokenCharacters = new Set(`${lower}${lower.toUpperCase()}${digits}-!#$%&'*+.^_\`|~`);
const labelCharacters = new Set(`${lower}${digits}-`);
const notInCookieName = new Set('()<>@,;:\\"/[]?={} ');

export const patterns: Readonly<Record<PatternName, Pattern>> = {
  fqdn: {
    test: (text) => isDnsName(text.startsWith('*.') ? text.slice(2) : text),
    expected: 'a DNS name in lower case, which may begin with "*."',
  },
  'fqdn-or-empty': {
    test: (text) => text === '' || isDnsName(text.startsWith('*.') ? text.slice(2) : text),
    expected: 'a DNS name in lower case, which may begin with "*.", or empty',
  },
  hostname: { test: isDnsName, expected: 'a DNS name in lower case' },
  timeout: {
    test: (text) => text === 'infinity' || text === 'infinite' || isDuration(text),
    expected: 'a duration like 250ms or 1h30m, or infinity',
  },
  duration: { test: isDuration, expected: 'a duration like 250ms or 1h30m' },
  'duration-or-zero': {
    test: (text) => text === '0' || isDuration(text),
    expected: 'a duration like 250ms or 1h30m, or 0',
  },
  token: {
    test: (text) => text !== '' && every(text, (character) => tokenCharacters.has(character)),
    expected: 'a token of HTTP: letters, digits and marks without spaces',
  },
  'cookie-name': {
    test: (text) => text !== '' && every(text, (character) => !isControl(character) && !notInCookieName.has(character)),
    expected: 'the name of a cookie: no spaces and no separators',
  },
  'cookie-path': {
    test: (text) => text !== '' && every(text, (character) => !isControl(character) && character !== ';'),
    expected: 'a path without semicolons and control characters',
  },
  decimal: { test: isDecimal, expected: 'a decimal number like 1.0' },
  'absolute-path': {
    test: (text) => text.startsWith('/') && !text.includes('\n'),
    expected: 'a path that begins with "/"',
  },
};

/** Labels of letters, digits and inner hyphens, joined by dots. */
export function isDnsName(text: string): boolean {
  return text.split('.').every(isDnsLabel);
}

export function isDnsLabel(text: string): boolean {
  return (
    text !== '' &&
    !text.startsWith('-') &&
    !text.endsWith('-') &&
    every(text, (character) => labelCharacters.has(character))
  );
}

/** As Go writes durations; the amount before a unit may be missing, since the CRD lets it. */
function isDuration(text: string): boolean {
  let at = 0;
  while (at < text.length) {
    at = skipDigits(text, at);
    if (text[at] === '.') at = skipDigits(text, at + 1);
    const unit = unitAt(text, at);
    if (unit === 0) return false;
    at += unit;
  }
  return text !== '';
}

/** Length of the unit of time at `at`; 0 where there is none. */
function unitAt(text: string, at: number): number {
  if (['ms', 'us', 'µs', 'ns'].includes(text.slice(at, at + 2))) return 2;
  return ['h', 'm', 's'].includes(text.charAt(at)) ? 1 : 0;
}

function isDecimal(text: string): boolean {
  const whole = skipDigits(text, 0);
  if (whole === text.length) return text !== '';
  return text[whole] === '.' && whole + 1 < text.length && skipDigits(text, whole + 1) === text.length;
}

function skipDigits(text: string, from: number): number {
  let at = from;
  while (at < text.length && digits.includes(text.charAt(at))) at += 1;
  return at;
}

function isControl(character: string): boolean {
  return character < ' ' || character === '\x7f';
}

function every(text: string, test: (character: string) => boolean): boolean {
  for (const character of text) if (!test(character)) return false;
  return true;
}
