import { join } from 'node:path';
import { expect, test } from 'vitest';
import { golden } from '../built-plugin.ts';
import { runHere } from './run-here.ts';
import { ofFiles, world } from './samples.ts';

/** Changes say when they were made. */
const time = /\d{4}-\d\d-\d\dT[\d:]+Z/g;

test.each(ofFiles)('what %s says to people', async (name, { words }) => {
  const { stdout, stderr } = await runHere([...words, '-f', world]);
  const said = `${stdout}--- on standard error:\n${stderr}`.replaceAll(world, 'world.yaml').replaceAll(time, 'TIME');
  await expect(said).toMatchFileSnapshot(join(golden, 'world', `${name.replaceAll(' ', '-')}.txt`));
});
