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
  const compiled = compile(pattern);
  if (typeof compiled === 'string') return `is not valid RE2 syntax (${compiled})`;
  const size = programSize(compiled);
  return size > maxProgramSize ? `is too large: about ${size} instructions, and ${maxProgramSize} are allowed` : null;
}

/** Longer ones cannot be within any sensible program size; this bounds the time spent on finding out. */
const maxPatternLength = 8192;

function compile(pattern: string): RE2JS | string {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    return error instanceof Error ? error.message : 'unknown error';
  }
}

/** The compiled program, as the port keeps it: flat pairs of code points are ranges. */
interface Program {
  readonly inst: readonly { readonly arg: number; readonly op: number; readonly runes: readonly number[] | null }[];
}

/**
 * An upper estimate of RE2's own count. The port matches code points and spends one instruction a
 * character class; RE2 matches UTF-8 bytes and spends one a byte range, so classes are counted by range.
 */
function programSize(compiled: RE2JS): number {
  const { prog } = compiled.re2() as unknown as { readonly prog: Program };
  return prog.inst.reduce((sum, { runes, arg }) => sum + (runes === null ? 1 : Math.max(1, cost(runes, arg))), 0);
}

function cost(runes: readonly number[], flags: number): number {
  if (runes.length === 1) return flags === 0 ? rangeCost(runes[0] as number) : foldedCost;
  let sum = 0;
  for (let index = 1; index < runes.length; index += 2) sum += rangeCost(runes[index] as number);
  return sum;
}

/** Two cases of a letter, and the sign for Kelvin or the long s. */
const foldedCost = 5;

/** Bytes of UTF-8 times the pieces that a range of such code points may fall into. */
function rangeCost(last: number): number {
  if (last < 0x80) return 1;
  if (last < 0x800) return 4;
  return last < 0x10000 ? 9 : 16;
}

/** Does the whole text match? For a pattern that passed `regexFault`. */
export function regexMatches(pattern: string, text: string): boolean {
  return RE2JS.compile(pattern).testExact(text);
}
