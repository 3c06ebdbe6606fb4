import { RE2JS } from 're2js';

/**
 * Would Envoy take this pattern? Envoy compiles it with RE2 and refuses what is larger than
 * `re2.max_program_size.error_level`; so do we, before Envoy sees it. Answers what is wrong with it in
 * words that continue "the regex ...", or null.
 * https://www.envoyproxy.io/docs/envoy/latest/api-v3/type/matcher/v3/regex.proto
 */
export function regexFault(pattern: string, maxProgramSize: number): string | null {
  if (pattern === '') return 'is empty';
  if (pattern.length > maxPatternLength) return `is longer than ${maxPatternLength} characters`;
  const size = regexSize(pattern);
  if (typeof size === 'string') return `is not valid RE2 syntax (${size})`;
  return size > maxProgramSize ? `is too large: about ${size} instructions, and ${maxProgramSize} are allowed` : null;
}

/** Longer ones cannot be within any sensible program size; this bounds the time spent on finding out. */
const maxPatternLength = 8192;

/**
 * An upper estimate of RE2's count of instructions, or why the pattern does not compile. RE2 spends one
 * instruction a range of a character class, this port one a class, so classes are counted by range.
 */
export function regexSize(pattern: string): number | string {
  try {
    const { prog } = RE2JS.compile(asBytes(pattern)).re2() as unknown as { readonly prog: Program };
    return prog.inst.reduce((sum, { runes }) => sum + rangesOf(runes), entryAndExit);
  } catch (error) {
    return error instanceof Error ? error.message : 'unknown error';
  }
}

/** The compiled program, as the port keeps it: flat pairs of code points are ranges, one alone is itself. */
interface Program {
  readonly inst: readonly { readonly runes: readonly number[] | null }[];
}

/** What RE2 adds around the pattern. */
const entryAndExit = 3;

function rangesOf(runes: readonly number[] | null): number {
  if (runes === null || runes.length < 2) return 1;
  let ranges = 0;
  for (let index = 0; index < runes.length; index += 2) if ((runes[index] as number) <= 0xff) ranges += 1;
  return Math.max(1, ranges);
}

/** Does the whole text match? For a pattern that passed `regexFault`. */
export function regexMatches(pattern: string, text: string): boolean {
  return RE2JS.compile(asBytes(pattern)).testExact(asBytes(text));
}

/** Envoy's RE2 reads patterns and paths as bytes: a character a byte of UTF-8. */
function asBytes(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(/%([0-9A-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
