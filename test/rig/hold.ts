/**
 * Holds one rig until it is told to end: `rig up` leaves this process behind. Says on fd 3 whether it is up, and where
 * a kubeconfig is for who is outside.
 */
import { writeSync } from 'node:fs';
import { Fault } from '../../controller/fault.ts';
import { writeKubeconfigOutside } from './reach.ts';
import { startRig } from './rig.ts';

function tell(line: string): void {
  writeSync(3, line);
}

try {
  const rig = await startRig({ name: process.argv[2] ?? '', env: process.env, say: (line) => tell(`${line}\n`) });
  tell(`up ${await writeKubeconfigOutside(rig)}\n`);
  await rig.ended;
} catch (error) {
  if (!(error instanceof Fault)) throw error;
  tell(`error: ${error.message}\n`);
  process.exitCode = 1;
}
