import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const clock = fileURLToPath(new URL('../../kubernetes/clock.ts', import.meta.url));

test('a sleep that should have ended already ends, without a warning in the log', async () => {
  const script = `import { systemClock } from ${JSON.stringify(clock)};
    await systemClock.sleep(-0.004, new AbortController().signal);`;
  // Node says so once in the life of a process, so this takes one of its own.
  const argv = ['--input-type=module', '--eval', script];
  expect(await promisify(execFile)(process.execPath, argv, { timeout: 20_000 })).toEqual({ stdout: '', stderr: '' });
});
