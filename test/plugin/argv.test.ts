import { describe, expect, test } from 'vitest';
import { readCommandLine } from '../../plugin/argv.ts';
import { anyFlags } from '../../plugin/command-line/catalogue.ts';
import type { FlagSpec } from '../../plugin/command-line/spec.ts';

function read(...tokens: readonly string[]): string {
  const { command, argv, fault } = readCommandLine(tokens);
  return fault ?? [command, ...argv].join(' ');
}

test('a flag takes a value in every command or in none, since it may stand before the command', () => {
  const takesValue = ({ type, alone }: FlagSpec): boolean => type !== 'boolean' && alone === undefined;
  const kinds = new Map<string, boolean>();
  for (const flag of anyFlags) {
    for (const word of [flag.name, flag.char]) {
      if (word === undefined) continue;
      expect(kinds.get(word) ?? takesValue(flag), word).toBe(takesValue(flag));
      kinds.set(word, takesValue(flag));
    }
  }
});

describe('a command line means what it means to kubectl', () => {
  test.each([
    ['a boolean with a value', ['routes', '--watch=false'], 'routes --no-watch --'],
    ['a short boolean with a value', ['routes', '-A=false'], 'routes --no-all-namespaces --'],
    ['a boolean set to true', ['routes', '--all-namespaces=true'], 'routes --all-namespaces --'],
    ['every spelling of false', ['routes', '-w', '--watch=F'], 'routes --no-watch --'],
    ['the last of several booleans', ['routes', '-w=false', '-w'], 'routes --watch --'],
    ['the last of several values', ['routes', '-n', 'a', '--namespace=b'], 'routes --namespace=b --'],
    ['every value of a list', ['routes', '-f', 'a', '-fb'], 'routes --filename=a --filename=b --'],
    [
      'underscores in names',
      ['routes', '--all_namespaces', '--no_headers=true'],
      'routes --all-namespaces --no-headers --',
    ],
    ['values stuck to their flag', ['routes', '-ojson', '-nfoo'], 'routes --output=json --namespace=foo --'],
    ['short flags in one word', ['routes', '-wAojson'], 'routes --watch --all-namespaces --output=json --'],
    ['a short flag with an equals sign', ['routes', '-n=foo'], 'routes --namespace=foo --'],
    ['an empty value', ['routes', '--host='], 'routes --host= --'],
    ['a value that looks like a flag', ['routes', '--path', '-w'], 'routes --path=-w --'],
    ['flags before the command', ['-n', 'shop', '-A', 'routes', 'h'], 'routes --all-namespaces --namespace=shop -- h'],
    ['flags behind the argument', ['routes', 'h', '-A'], 'routes --all-namespaces -- h'],
    ['the end of flags', ['routes', '--', '-A'], 'routes -- -A'],
    ['a sub-command', ['canary', 'start', 'web', '--to=v2'], 'canary start --to=v2 -- web'],
    [
      'a sub-command behind flags',
      ['-n', 'shop', 'canary', '-o', 'json', 'abort'],
      'canary abort --namespace=shop --output=json --',
    ],
    ['a kind before a name that is a sub-command', ['canary', 'proxy/promote'], 'canary -- proxy/promote'],
    ['a name behind the end of flags', ['canary', '--weight', '5', '--', 'promote'], 'canary --weight=5 -- promote'],
    [
      'the name of a sub-command as the value of a flag',
      ['canary', '--to', 'start', 'web'],
      'canary --to=start -- web',
    ],
    ['a boolean that is on', ['canary', '--wait=false', 'web'], 'canary --no-wait -- web'],
    ['a flag that may stand alone', ['canary', '--dry-run', 'web'], 'canary --dry-run=unchanged -- web'],
    ['the same with a value', ['canary', '--dry-run=server', 'web'], 'canary --dry-run=server -- web'],
    ['standard input as a file', ['routes', '-f', '-'], 'routes --filename=- --'],
  ])('%s', (_, tokens, expected) => {
    expect(read(...tokens)).toBe(expected);
  });

  test.each([
    [['routes', '--bogus=1'], 'unknown flag: --bogus'],
    [['routes', '-wx'], "unknown shorthand flag: 'x' in -wx"],
    [['routes', '--host'], 'flag needs an argument: --host'],
    [['routes', '-An'], "flag needs an argument: 'n' in -An"],
    [['routes', '--watch=maybe'], 'invalid argument "maybe" for "--watch" flag: it is true or false'],
  ])('%j is refused', (tokens, expected) => {
    expect(read(...tokens)).toBe(expected);
  });

  test('help is asked for anywhere before the end of flags', () => {
    expect(readCommandLine(['routes', 'h', '-h']).help).toBe(true);
    expect(readCommandLine(['--help', 'routes']).help).toBe(true);
    expect(readCommandLine(['routes', '--', '-h']).help).toBe(false);
  });

  test('what dev is given reaches it untouched', () => {
    expect(readCommandLine(['dev', '-f', 'd', '--http-port=1', '--help'])).toMatchObject({
      command: 'dev',
      argv: ['-f', 'd', '--http-port=1', '--help'],
      help: false,
      passThrough: true,
    });
  });

  test('a bad flag does not hide how errors are to be told', () => {
    expect(readCommandLine(['routes', '--bogus', '--error-format=json']).errorFormat).toBe('json');
  });
});
