import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { root } from '../../scripts/root.ts';
import { type Rig, spawnInside, startRig } from '../rig/rig.ts';
import { finish } from '../rig/run.ts';
import { installPlugin } from '../support/installed-plugin.ts';
import { readPage, type Step, stepsOf, writePage } from './page.ts';
import { comparable } from './volatile.ts';

const page = fileURLToPath(new URL('../../docs/tour/README.md', import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), 'kubectl-contour-tour-'));
const longestSeconds = 150;
let rig: Rig;
let places: string;

/** After each command, with its exit code, which is there for the next one to ask for. */
const mark = `__code=$?; printf '\\036%s\\n' "$__code"; (exit "$__code")`;

interface Answer {
  readonly printed: string;
  readonly code: number;
}

/** Runs all of it in one shell, as a person would. */
async function play(steps: readonly Step[]): Promise<readonly Answer[]> {
  const script = steps.map(({ command }) => `${command.trimEnd()}\n${mark}`).join('\n');
  const words = `exec 2>&1\ncd '${root}'\nPATH='${places}':$PATH\n${script}`;
  const shell = spawnInside(rig, ['timeout', '--kill-after=5', `${longestSeconds}`, 'bash', '-c', words], 'pipe');
  const { stdout } = await finish(shell);
  const pieces = stdout.split(/\x1e(\d+)\n/);
  return steps.map((_, index) => ({ printed: pieces[2 * index] ?? '', code: Number(pieces[2 * index + 1] ?? NaN) }));
}

beforeAll(async () => {
  [rig, places] = await Promise.all([
    startRig({ name: `tour-${process.pid}`, env: process.env, say: () => {} }),
    installPlugin(folder),
  ]);
});

afterAll(async () => {
  await rig.stop();
  rmSync(folder, { recursive: true });
});

it('prints what the page says', { timeout: (longestSeconds + 20) * 1000 }, async () => {
  const parts = readPage(readFileSync(page, 'utf8'));
  const steps = stepsOf(parts);
  const answers = await play(steps);
  steps.forEach((step, index) => {
    const { code, printed } = answers[index] as Answer;
    // What fails says so, and the page with it.
    const isSaid = step.printed !== null && /^error: /m.test(printed);
    expect([step.command, code, printed], 'ends well').toEqual([step.command, isSaid ? code : 0, printed]);
  });
  // Its lines are compared without what Envoys count, which is there from the second or third on.
  const watched = answers.map(({ printed }) => printed).find((printed) => / web-v2 10% envoys /.test(printed));
  expect(watched, 'Envoys are counted, though Services hide who connects').toMatch(/ web-v2 .* 5xx 0\.0%/);
  const shown = steps.map(({ printed: said }, index) => {
    const { printed = '' } = answers[index] ?? {};
    return said !== null && comparable(said) === comparable(printed) ? said : printed;
  });
  // vitest -u writes it.
  await expect(writePage(parts, shown)).toMatchFileSnapshot(page);
});
