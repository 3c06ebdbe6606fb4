import type { OrderReason } from './graph/sort.ts';
import type { HeaderMatch, PathMatch, QueryMatch, RouteMatch } from './graph/graph.ts';
import type { Mismatch } from './match/conditions.ts';
import { quoted } from './objects/sentence.ts';

const pathWords = { Exact: 'exact', Prefix: 'prefix', SegmentPrefix: 'segment', Regex: 'regex' } as const;

/** `prefix /api, header x-canary exactly "yes"`. */
export function matchWords({ path, headers, query }: RouteMatch): string {
  const conditions = [
    ...headers.map((wanted) => `header ${wanted.name} ${wish(wanted)}`),
    ...query.map((wanted) => `query ${wanted.name} ${wish(wanted)}`),
  ];
  return [pathName(path), ...conditions].join(', ');
}

function pathName({ type, value }: PathMatch): string {
  return `${pathWords[type]} ${value}`;
}

/** Why a condition is not met: `header x-canary is "no", wants exactly "yes"`. */
export function mismatchWords(mismatch: Mismatch, path: PathMatch): string {
  if (mismatch.about === 'path') return `the path does not fit ${pathName(path)}`;
  const { about, wanted, actual } = mismatch;
  const values = actual === null ? [] : typeof actual === 'string' ? [actual] : actual;
  const found = values.length === 0 ? 'is not there' : `is ${values.map(quoted).join(' and ')}`;
  return `${about} ${wanted.name} ${found}, wants ${wish(wanted)}`;
}

const wishes = {
  Exact: 'exactly',
  Regex: 'to match',
  Contains: 'to contain',
  Prefix: 'to begin with',
  Suffix: 'to end with',
} as const;

/** What a condition asks of a value. */
function wish(wanted: HeaderMatch | QueryMatch): string {
  const inverted = 'invert' in wanted && wanted.invert;
  if (wanted.type === 'Present') return inverted ? 'to be absent' : 'to be there';
  const anyCase = wanted.ignoreCase && wanted.type !== 'Regex' ? ' in any case' : '';
  return `${inverted ? 'not ' : ''}${wishes[wanted.type]} ${quoted(wanted.value)}${anyCase}`;
}

/** Why one of two matches that both fit is tried later. */
export function orderWords(reason: OrderReason | null, loser: PathMatch): string {
  const kind = loser.type === 'Regex' ? 'regex' : 'prefix';
  switch (reason) {
    case 'PathType':
      return loser.type === 'Regex'
        ? 'a regex is tried after an exact path'
        : 'a prefix is tried after exact and regex';
    case 'PathLength':
      return `shorter ${kind}`;
    case 'PathValue':
      return `a ${kind} of the same length that comes earlier in the alphabet`;
    case 'HeaderCount':
      return 'fewer header conditions';
    case 'QueryCount':
      return 'fewer query conditions';
    case 'WholeSegments':
      return 'compares characters, and whole segments are tried first';
    case 'HeaderValues':
      return 'its header conditions come later in the order of names, operators and values';
    case 'QueryValues':
      return 'its query conditions come later in the order of names, operators and values';
    case null:
      return 'the same match';
  }
}
