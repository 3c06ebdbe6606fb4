import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BrokenKubeconfigs, brokenKubeconfigs } from '../support/broken-kubeconfigs.ts';
import { builtPlugin } from './built-plugin.ts';

const plugin = builtPlugin();
let broken: BrokenKubeconfigs;
beforeAll(async () => void (broken = await brokenKubeconfigs()));
afterAll(() => broken.close());

test('whatever is wrong with a kubeconfig, a command that reads says it in a line and exits with 1', async () => {
  for (const { name, file, message } of broken.all) {
    const { code, stdout, stderr } = await plugin.run(['routes', '--kubeconfig', file]);
    expect({ name, code, stdout }).toEqual({ name, code: 1, stdout: '' });
    expect(stderr, name).toMatch(message);
    expect(stderr, name).toMatch(/^error: [^\n]+\n$/);
    expect(stderr).not.toContain('MARKER');
  }
}, 60_000);
