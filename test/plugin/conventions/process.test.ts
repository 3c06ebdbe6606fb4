import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { temporaryDirectory } from '../../files/temp-directory.ts';
import { builtPlugin, cleanEnv, finished, type Finished } from '../built-plugin.ts';
import { type Ran, runHere } from './run-here.ts';
import { ofFiles, world } from './samples.ts';

const plugin = builtPlugin();
const ESC = '\u001b';
const colours = /\u001b\[[0-9;]*m/g;
const terminal = { stdinIsTerminal: true, stdoutIsTerminal: true };
/** Changes say when they were made. */
const timeless = <Of extends { readonly stdout: string; readonly stderr: string }>(ran: Of): Of => ({
  ...ran,
  stdout: ran.stdout.replaceAll(/\d{4}-\d\d-\d\dT[\d:]+Z/g, 'TIME'),
  stderr: ran.stderr.replaceAll(/\d{4}-\d\d-\d\dT[\d:]+Z/g, 'TIME'),
});

describe.each(ofFiles)('%s', (_, { words }) => {
  const call = [...words, '-f', world];

  test.each<readonly [string, readonly string[], Parameters<typeof runHere>[1]]>([
    ['in a pipe', [], {}],
    ['in a pipe with FORCE_COLOR', [], { env: { FORCE_COLOR: '3' } }],
    ['with an empty NO_COLOR', [], { ...terminal, env: { NO_COLOR: '' } }],
    ['with NO_COLOR', [], { ...terminal, env: { NO_COLOR: '1' } }],
    ['with TERM=dumb', [], { ...terminal, env: { TERM: 'dumb' } }],
    ['with --color=never', ['--color=never'], { ...terminal, env: { TERM: 'xterm' } }],
    ['in JSON, whatever --color says', ['--color=always', '-o', 'json'], terminal],
  ])('no colour %s', async (__, flags, around) => {
    const { code, stdout, stderr } = await runHere([...call, ...flags], around);
    expect(code, stderr).toBe(0);
    expect(stdout + stderr).not.toContain(ESC);
  });

  test('colour says nothing that words do not', async () => {
    const plain: Ran = timeless(await runHere(call));
    const painted: Ran = timeless(await runHere([...call, '--color=always']));
    expect({
      ...painted,
      stdout: painted.stdout.replaceAll(colours, ''),
      stderr: painted.stderr.replaceAll(colours, ''),
    }).toEqual(plain);
  });
});

describe('as it is shipped', () => {
  const onTerminal = fileURLToPath(new URL('../on-terminal.py', import.meta.url));

  function session(columns: number, args: readonly string[], env: Readonly<Record<string, string>>): Promise<Finished> {
    const command = [onTerminal, `${columns}`, process.execPath, plugin.file, ...args];
    return finished(spawn('python3', command, { env: cleanEnv({ TERM: 'xterm', ...env }), timeout: 20_000 }));
  }

  test.each(ofFiles)('%s ends in silence where its reader has gone', async (_, { words }) => {
    const errors = join(temporaryDirectory(), 'errors');
    const called = words.map((word) => `'${word}'`).join(' ');
    const script = `$BIN ${called} -f "$WORLD" -ojson 2>"$ERRORS" | true; echo "${'${PIPESTATUS[0]}'}"; cat "$ERRORS"`;
    const env = cleanEnv({ BIN: `${process.execPath} ${plugin.file}`, WORLD: world, ERRORS: errors });
    const { stdout } = await finished(spawn('bash', ['-c', script], { env, timeout: 20_000 }));
    // Of a change of files the difference is told on standard error, where somebody still reads.
    const [code, ...said] = stdout.split('\n');
    expect({ code, faults: said.filter((line) => /EPIPE|await|^ +at /.test(line)) }).toEqual({ code: '0', faults: [] });
  });

  test.each(ofFiles.filter(([, { words }]) => !words.includes('--dry-run=client')))(
    '%s loses nothing on 20 columns',
    async (_, { words }) => {
      const call = [...words, '-f', world];
      const wide = await session(300, call, { NO_COLOR: '' });
      expect(wide.code).toBe(0);
      expect(await session(20, call, { NO_COLOR: '' })).toEqual(wide);
      expect(wide.stdout).not.toContain(ESC);
    },
  );

  const following = ofFiles.filter(
    ([, { spec }]) => spec.flags.some(({ name }) => name === 'watch') && spec.group === 'See',
  );

  test.each(following)('%s -w ends by Ctrl-C with 130 and leaves the terminal as it was', async (_, { words }) => {
    const { code, stdout } = await session(200, [...words, '-f', world, '-w'], { INTERRUPT_AFTER: 'stepped' });
    expect(code).toBe(130);
    expect(stdout.trimEnd()).toMatch(/\^C$/);
    expect(stdout).not.toMatch(/\u001b\[\?(1049|25)/);
  });

  test.each(following)('%s -w -o json is one document a line', async (_, { words }) => {
    const child = plugin.start([...words, '-f', world, '-w', '-o', 'json'], { env: cleanEnv({}) });
    const said = finished(child);
    child.stdout?.once('data', () => child.kill('SIGINT'));
    const { code, stdout } = await said;
    expect(code).toBe(130);
    const lines = stdout.trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines)
      expect(JSON.parse(line)).toMatchObject({ type: 'ADDED', object: expect.any(Object) as object });
  });
});
