import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { main } from '../../controller/main.ts';
import { type BrokenKubeconfig, type BrokenKubeconfigs, brokenKubeconfigs } from '../support/broken-kubeconfigs.ts';
import { eventually } from '../support/eventually.ts';
import { runMain } from './run-main.ts';

let broken: BrokenKubeconfigs;
beforeAll(async () => void (broken = await brokenKubeconfigs()));
afterAll(() => broken.close());

const argv = ({ file }: BrokenKubeconfig) => [
  'serve',
  '--insecure',
  `--kubeconfig=${file}`,
  '--xds-port=0',
  '--debug-http-port=0',
  '--health-port=0',
];

test('what is written wrong is refused at once, in one line', async () => {
  for (const each of broken.all.filter(({ passes }) => !passes)) {
    const { code, stdout, stderr } = await runMain(argv(each));
    expect({ name: each.name, code, stdout }).toEqual({ name: each.name, code: 1, stdout: '' });
    expect(stderr, each.name).toMatch(each.message);
    expect(stderr, each.name).toMatch(/^error: [^\n]+\n$/);
    expect(stderr).not.toContain('MARKER');
  }
});

test("the world's fault is said and waited for, until one is told to end", async () => {
  const waiting = broken.all
    .filter(({ passes }) => passes)
    .map(async (each) => {
      const [signals, stdout, stderr] = [new EventEmitter(), new PassThrough(), new PassThrough({ encoding: 'utf8' })];
      let said = '';
      stderr.on('data', (text: string) => (said += text));
      const code = main(argv(each), { stdout, stderr, env: {}, signals });
      await eventually(() => expect(said, each.name).toMatch(each.message));
      signals.emit('SIGTERM');
      expect({ name: each.name, code: await code }).toEqual({ name: each.name, code: 0 });
      // One line each, of which none is where it was thrown.
      expect(
        said
          .trim()
          .split('\n')
          .filter((line) => !line.startsWith('time=')),
      ).toEqual([]);
      expect(said).not.toMatch(/MARKER|PRIVATE KEY/);
    });
  await Promise.all(waiting);
}, 30_000);
