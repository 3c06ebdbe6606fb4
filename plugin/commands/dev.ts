import { devSpec } from '../command-line/catalogue.ts';
import { command } from './command.ts';

/** The same as `contour dev`; the only command that starts a controller. */
export const devCommand = command(devSpec, async ({ arguments: words }, { env }) => {
  const { runDev } = await import('../../controller/dev/run-dev.ts');
  return runDev(words, { stdout: process.stdout, stderr: process.stderr, env, signals: process });
});
