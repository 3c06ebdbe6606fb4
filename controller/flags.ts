import { parseArgs } from 'node:util';
import { codeOf, Fault, messageOf } from './fault.ts';

export interface Flag {
  readonly type: 'string' | 'boolean';
  readonly multiple?: true;
  readonly short?: string;
  readonly default?: string;
  /** What stands for the value in `--help`. */
  readonly value?: string;
  readonly help: string;
}

export type FlagTable = Readonly<Record<string, Flag>>;

/** What was given, by flag name: how the rest of the program asks for it. */
export interface Flags {
  /** The value, its default, or null. */
  text(name: string): string | null;
  list(name: string): readonly string[];
  given(name: string): boolean;
  /** A TCP port; 0 lets the system choose. Throws a Fault. */
  port(name: string): number;
  /** A whole number of at least `least`. Throws a Fault. */
  count(name: string, least?: number): number;
  /** What stands beside the flags. */
  readonly words: readonly string[];
}

/**
 * Reads arguments against a table. Throws a Fault with one line that names the flag.
 *
 * @param maxWords how many arguments may stand beside the flags
 */
export function parseFlags(argv: readonly string[], table: FlagTable, maxWords = 0): Flags {
  const options = Object.fromEntries(
    Object.entries(table).map(([name, { type, multiple, short }]) => [
      name,
      { type, ...(multiple ? { multiple } : {}), ...(short === undefined ? {} : { short }) },
    ]),
  );
  const { values: given, positionals: words } = readArguments(argv, options, maxWords > 0);
  if (words.length > maxWords) throw new Fault(`${JSON.stringify(words[maxWords])} is one argument too many`);
  const values = new Map<string, unknown>(Object.entries(given));
  const text = (name: string): string | null => {
    const value = values.get(name) ?? table[name]?.default;
    return typeof value === 'string' ? value : null;
  };
  return {
    text,
    list: (name) => (values.get(name) as readonly string[] | undefined) ?? [],
    given: (name) => values.get(name) === true,
    port: (name) => portOf(name, text(name) ?? ''),
    count: (name, least = 0) => countOf(name, text(name) ?? '', least),
    words,
  };
}

function readArguments(
  argv: readonly string[],
  options: NonNullable<Parameters<typeof parseArgs>[0]>['options'],
  allowPositionals: boolean,
): { readonly values: object; readonly positionals: readonly string[] } {
  try {
    return parseArgs({
      args: [...argv],
      options: options ?? {},
      strict: true,
      allowPositionals,
      allowNegative: true,
    });
  } catch (error) {
    if (!codeOf(error).startsWith('ERR_PARSE_ARGS')) throw error;
    // Node adds a second sentence about `--`, which helps nobody here.
    const [first = ''] = messageOf(error).split(/\. |\n/);
    throw new Fault(`${first.replace(/\.$/, '')} (see --help)`);
  }
}

function portOf(name: string, text: string): number {
  const port = /^[0-9]{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new Fault(`--${name} takes a port from 0 to 65535, and not ${JSON.stringify(text)}`);
}

function countOf(name: string, text: string, least: number): number {
  const count = /^[0-9]{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(count) && count >= least) return count;
  throw new Fault(`--${name} takes a whole number from ${least}, and not ${JSON.stringify(text)}`);
}

/** The table as `--help` shows it. */
export function describeFlags(table: FlagTable): string {
  const rows = Object.entries(table).map(([name, flag]): readonly [string, string] => {
    const short = flag.short === undefined ? '    ' : `-${flag.short}, `;
    const value = flag.type === 'boolean' ? '' : ` ${flag.value ?? 'VALUE'}`;
    const fallback = (flag.default ?? '') === '' ? '' : ` (default ${flag.default})`;
    return [`  ${short}--${name}${value}`, `${flag.help}${fallback}`];
  });
  const width = Math.max(...rows.map(([left]) => left.length)) + 2;
  return rows.map(([left, right]) => `${left.padEnd(width)}${right}\n`).join('');
}
