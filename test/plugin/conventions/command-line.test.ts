import { describe, expect, test } from 'vitest';
import { type CommandLine, readCommandLine } from '../../../plugin/argv.ts';
import { catalogue } from '../../../plugin/command-line/catalogue.ts';
import { globalFlags } from '../../../plugin/command-line/global-flags.ts';
import type { CommandSpec, FlagSpec } from '../../../plugin/command-line/spec.ts';
import { runHere } from './run-here.ts';
import { world } from './samples.ts';

/** Every command that reads its own flags, which are those of its spec and those that all take. */
const commands = catalogue.filter(({ passThrough }) => !passThrough);

const wordsOf = ({ name }: CommandSpec): readonly string[] => name.split(' ');
const flagsOf = ({ flags }: CommandSpec): readonly FlagSpec[] => [...flags, ...globalFlags];
const isBoolean = ({ type }: FlagSpec): boolean => type === 'boolean';
/** As it stands before or behind a command, with a value where it takes one. */
const given = (flag: FlagSpec): string => (isBoolean(flag) ? `--${flag.name}` : `--${flag.name}=some`);
const nameAndFlags = ({ command, argv, fault }: CommandLine): object => ({ command, argv, fault });
const read = (...tokens: readonly string[]): object => nameAndFlags(readCommandLine(tokens));

describe.each(commands.map((spec) => [spec.name, spec] as const))('%s', (name, spec) => {
  const words = wordsOf(spec);

  test('its flags mean the same before it, in it and behind it', () => {
    for (const flag of flagsOf(spec)) {
      const behind = read(...words, given(flag));
      expect(behind, flag.name).toEqual({
        command: name,
        argv: [given(flag), '--'],
        fault: null,
      });
      expect(read(given(flag), ...words), flag.name).toEqual(behind);
      expect(read(words[0] ?? '', given(flag), ...words.slice(1)), flag.name).toEqual(behind);
    }
  });

  test('all of them together before it are all of them together behind it', () => {
    const all = flagsOf(spec).map(given);
    expect(read(...all, ...words, 'argument')).toEqual(read(...words, 'argument', ...all));
  });

  test('a value may stand apart, stuck to a letter, or behind an equals sign', () => {
    for (const flag of flagsOf(spec).filter((each) => !isBoolean(each))) {
      const expected = read(...words, given(flag));
      if (flag.alone === undefined) expect(read(`--${flag.name}`, 'some', ...words), flag.name).toEqual(expected);
      if (flag.char === undefined) continue;
      expect(read(...words, `-${flag.char}some`), flag.char).toEqual(expected);
      expect(read(...words, `-${flag.char}=some`), flag.char).toEqual(expected);
      expect(read(`-${flag.char}`, 'some', ...words), flag.char).toEqual(expected);
    }
  });

  test('a boolean is false where it is said to be, and the last word on it counts', () => {
    for (const flag of flagsOf(spec).filter(isBoolean)) {
      const off = { command: name, argv: [`--no-${flag.name}`, '--'], fault: null };
      expect(read(...words, `--${flag.name}=false`), flag.name).toEqual(off);
      expect(read(`--${flag.name}`, ...words, `--${flag.name}=0`), flag.name).toEqual(off);
      if (flag.char !== undefined) expect(read(...words, `-${flag.char}=F`), flag.name).toEqual(off);
      expect(read(...words, `--${flag.name}=maybe`), flag.name).toMatchObject({
        fault: expect.stringContaining('it is true or false') as string,
      });
    }
  });

  test('the last value counts, and every value of a list', () => {
    for (const flag of flagsOf(spec).filter((each) => !isBoolean(each))) {
      const { argv } = readCommandLine([`--${flag.name}=first`, ...words, given(flag)]);
      const last = [given(flag), '--'];
      expect(argv, flag.name).toEqual(flag.type === 'string' ? last : [`--${flag.name}=first`, ...last]);
    }
  });

  test('an underscore in a name is a hyphen', () => {
    for (const flag of flagsOf(spec).filter((each) => each.name.includes('-'))) {
      const underscored = given(flag).replace(flag.name, flag.name.replaceAll('-', '_'));
      expect(read(...words, underscored), flag.name).toEqual(read(...words, given(flag)));
      expect(read(underscored, ...words), flag.name).toEqual(read(...words, given(flag)));
    }
  });

  test('letters may be one word, the last of them with its value', () => {
    const letters = flagsOf(spec).filter((flag) => isBoolean(flag) && flag.char !== undefined);
    const word = `-${letters.map(({ char }) => char).join('')}nshop`;
    expect(read(...words, word)).toEqual(
      read(...words, ...letters.map((flag) => `--${flag.name}`), '--namespace', 'shop'),
    );
  });

  test('behind -- everything is an argument', () => {
    for (const flag of flagsOf(spec)) {
      expect(readCommandLine([...words, '--', given(flag)]), flag.name).toMatchObject({
        command: name,
        arguments: [given(flag)],
        argv: ['--', given(flag)],
        help: false,
      });
    }
  });

  test('what is no flag of it is refused by its name', () => {
    expect(read(...words, '--no-such-flag')).toMatchObject({ fault: 'unknown flag: --no-such-flag' });
    expect(read(...words, '-Z')).toMatchObject({ fault: "unknown shorthand flag: 'Z' in -Z" });
  });
});

test.each([
  [['--watch-only'], '-i shows what is there, and --watch-only leaves it out: give one of them'],
  [['--sort-by=.host'], '-i shows the order of Envoy: leave --sort-by out'],
  [['-ojson'], '-i is a screen, and -o a format of text: give one of them'],
  [['-l', 'a=b'], '-l selects objects once, and -i keeps up: filter with / on the screen'],
])('routes -i %j is refused', async (flags, why) => {
  const atTerminal = { stdinIsTerminal: true, stdoutIsTerminal: true };
  const ran = await runHere(['routes', '-i', ...flags, '-f', world], atTerminal);
  expect(ran).toMatchObject({ code: 1, stdout: '', stderr: `error: ${why}\n` });
});
