import { Fault } from '../controller/fault.ts';
import { installEnvoy } from '../controller/dev/install-envoy.ts';

try {
  const path = await installEnvoy({ env: process.env, say: (line) => process.stderr.write(`${line}\n`) });
  process.stdout.write(`${path}\n`);
} catch (error) {
  if (!(error instanceof Fault)) throw error;
  process.stderr.write(`error: ${error.message}\n`);
  process.exitCode = 1;
}
