import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { printKyaml } from '../../plugin/output/kyaml.ts';
import { sample } from './kyaml-samples.ts';
import { rigKubectl } from './rig-kubectl.ts';

/** What the kubectl of the rig prints of an object; it asks no server. */
async function kubectlPrints(object: object): Promise<readonly string[]> {
  const words = ['patch', '--local', '-f', '-', '--type=merge', '-p', '{}', '-o', 'kyaml'];
  const run = promisify(execFile)(await rigKubectl(), words);
  run.child.stdin?.end(JSON.stringify(object));
  return (await run).stdout.split('\n');
}

test('kyaml is what kubectl prints', async () => {
  expect(printKyaml(sample).split('\n')).toEqual(await kubectlPrints(sample));
}, 60_000);
