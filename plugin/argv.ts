import { anyFlags, findSpec } from './command-line/catalogue.ts';
import { globalFlags } from './command-line/global-flags.ts';
import type { FlagSpec } from './command-line/spec.ts';

/** The command line as kubectl's flag parser (pflag) would understand it, spelled so that oclif does too. */
export interface CommandLine {
  /** The first word that is no flag, and those behind it that name one of its sub-commands; null where there is none. */
  readonly command: string | null;
  /** What follows it: flags first, each in its long form and with `=`, then `--` and the arguments. */
  readonly argv: readonly string[];
  readonly arguments: readonly string[];
  readonly help: boolean;
  readonly version: boolean;
  readonly errorFormat: string;
  readonly color: string;
  /** Whether the command reads `argv` itself: it is untouched then. */
  readonly passThrough: boolean;
  /** What is wrong with a flag, in pflag's words. */
  readonly fault: string | null;
}

/** @param tokens what follows the program's name */
export function readCommandLine(tokens: readonly string[]): CommandLine {
  const { command, indices } = findCommand(tokens);
  const rest = tokens.filter((_, index) => !indices.includes(index));
  const spec = command === null ? null : findSpec(command);
  const passThrough = spec?.passThrough ?? false;
  if (passThrough) return { ...NOTHING, command, argv: rest, arguments: rest, passThrough };
  const read = readFlags(rest, spec === null ? anyFlags : [...spec.flags, ...globalFlags]);
  // A fault must not hide how it is to be told.
  const { strings } = readFlags(tokens, anyFlags);
  return {
    command: spec?.name ?? command,
    argv: spell(read),
    arguments: read.arguments,
    help: read.booleans.get('help') ?? false,
    version: read.booleans.get('version') ?? false,
    errorFormat: strings.get('error-format')?.at(-1) ?? NOTHING.errorFormat,
    color: strings.get('color')?.at(-1) ?? NOTHING.color,
    passThrough,
    fault: read.fault,
  };
}

const NOTHING = { help: false, version: false, errorFormat: 'text', color: 'auto', fault: null } as const;

/** The longest name of a command that the words begin with; a first word that names none is the user's mistake. */
function findCommand(tokens: readonly string[]): {
  readonly command: string | null;
  readonly indices: readonly number[];
} {
  const [first, ...others] = wordIndices(tokens);
  if (first === undefined) return { command: null, indices: [] };
  const indices = [first];
  let command = tokens[first] ?? '';
  for (const index of others) {
    const longer = `${command} ${tokens[index]}`;
    if (findSpec(longer) === null) break;
    command = longer;
    indices.push(index);
  }
  return { command, indices };
}

/**
 * Flags may stand before a command, so their values must not be taken for it. What stands behind `--` is an argument,
 * and names no sub-command: `canary -- promote` is about an object of that name.
 */
function wordIndices(tokens: readonly string[]): readonly number[] {
  const words: number[] = [];
  for (let index = 0; index < tokens.length; index += 1) {
    const token = tokens[index] ?? '';
    if (token === '--') return words.length === 0 && index + 1 < tokens.length ? [index + 1] : words;
    if (!isFlag(token)) words.push(index);
    else if (takesNext(token)) index += 1;
  }
  return words;
}

function takesNext(token: string): boolean {
  if (token.startsWith('--')) return hasValue(byName(anyFlags, token.slice(2)));
  const chars = token.slice(1).split('');
  const at = chars.findIndex((char) => byChar(anyFlags, char)?.type !== 'boolean');
  return at === chars.length - 1 && hasValue(byChar(anyFlags, chars[at] ?? ''));
}

/** What is unknown is reported, not guessed at. */
function hasValue(flag: FlagSpec | null): boolean {
  return flag !== null && valueAlone(flag) === null;
}

/** What a flag means that stands alone; null where it needs a value. */
function valueAlone(flag: FlagSpec): string | null {
  return flag.type === 'boolean' ? 'true' : (flag.alone ?? null);
}

interface ReadFlags {
  readonly booleans: Map<string, boolean>;
  readonly strings: Map<string, string[]>;
  readonly arguments: string[];
  fault: string | null;
}

function readFlags(tokens: readonly string[], flags: readonly FlagSpec[]): ReadFlags {
  const read: ReadFlags = { booleans: new Map(), strings: new Map(), arguments: [], fault: null };
  let left = tokens;
  while (left.length > 0) {
    const [token = '', ...others] = left;
    if (token === '--') {
      read.arguments.push(...others);
      break;
    }
    if (!isFlag(token)) {
      read.arguments.push(token);
      left = others;
    } else {
      left = token.startsWith('--') ? readLong(token, others, flags, read) : readShort(token, others, flags, read);
    }
  }
  return read;
}

function readLong(
  token: string,
  others: readonly string[],
  flags: readonly FlagSpec[],
  read: ReadFlags,
): readonly string[] {
  const equals = token.indexOf('=');
  const name = token.slice(2, equals < 0 ? undefined : equals);
  const flag = byName(flags, name);
  if (flag === null) {
    read.fault ??= `unknown flag: --${name}`;
    return others;
  }
  if (equals >= 0) return take(flag, token.slice(equals + 1), others, read);
  const alone = valueAlone(flag);
  if (alone !== null) return take(flag, alone, others, read);
  return takeNext(flag, others, read, `--${flag.name}`);
}

/** `-wA`, `-nshop`, `-n=shop`, `-w=false`: booleans until a flag with a value, which has the rest of the word. */
function readShort(
  token: string,
  others: readonly string[],
  flags: readonly FlagSpec[],
  read: ReadFlags,
): readonly string[] {
  for (let at = 1; at < token.length; at += 1) {
    const char = token[at] ?? '';
    const flag = byChar(flags, char);
    if (flag === null) {
      read.fault ??= `unknown shorthand flag: '${char}' in ${token}`;
      return others;
    }
    const value = token.slice(at + 1);
    if (value.startsWith('=')) return take(flag, value.slice(1), others, read);
    if (flag.type !== 'boolean') {
      return value === '' ? takeNext(flag, others, read, `'${char}' in ${token}`) : take(flag, value, others, read);
    }
    take(flag, 'true', others, read);
  }
  return others;
}

function takeNext(flag: FlagSpec, others: readonly string[], read: ReadFlags, shown: string): readonly string[] {
  const [value, ...left] = others;
  if (value !== undefined) return take(flag, value, left, read);
  read.fault ??= `flag needs an argument: ${shown}`;
  return others;
}

function take(flag: FlagSpec, value: string, left: readonly string[], read: ReadFlags): readonly string[] {
  if (flag.type !== 'boolean') {
    const before = flag.type === 'string' ? [] : (read.strings.get(flag.name) ?? []);
    read.strings.set(flag.name, [...before, value]);
    return left;
  }
  const truth = parseBoolean(value);
  if (truth === null) read.fault ??= `invalid argument "${value}" for "--${flag.name}" flag: it is true or false`;
  else read.booleans.set(flag.name, truth);
  return left;
}

function spell({ booleans, strings, arguments: words }: ReadFlags): readonly string[] {
  const on = [...booleans].map(([name, truth]) => (truth ? `--${name}` : `--no-${name}`));
  const set = [...strings].flatMap(([name, values]) => values.map((value) => `--${name}=${value}`));
  return [...on, ...set, '--', ...words];
}

/** A single dash is standard input. */
function isFlag(token: string): boolean {
  return token.startsWith('-') && token !== '-';
}

function byName(flags: readonly FlagSpec[], name: string): FlagSpec | null {
  const wanted = name.replaceAll('_', '-');
  return flags.find((flag) => flag.name === wanted) ?? null;
}

function byChar(flags: readonly FlagSpec[], char: string): FlagSpec | null {
  return flags.find((flag) => flag.char === char) ?? null;
}

/** The spellings that Go's strconv.ParseBool accepts. https://pkg.go.dev/strconv#ParseBool */
function parseBoolean(text: string): boolean | null {
  if (['1', 't', 'T', 'true', 'TRUE', 'True'].includes(text)) return true;
  return ['0', 'f', 'F', 'false', 'FALSE', 'False'].includes(text) ? false : null;
}
