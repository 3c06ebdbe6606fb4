import { expect, onTestFinished, test } from 'vitest';
import { builtPlugin } from '../built-plugin.ts';
import { fakeApi, sendStatus } from '../fake-api.ts';

const plugin = builtPlugin();

test.each([
  [
    ['shop.example.com/x', '--to=a/b'],
    'it is not known which HTTPProxy has the host shop.example.com: not all of them may be read',
  ],
  [
    ['revoke', 'shop.example.com/x'],
    'it is not known whether shop.example.com/x is delegated: not all that could tell may be read',
  ],
])('who may read nothing is told which right is missing: %j', async (words, message) => {
  const api = await fakeApi();
  onTestFinished(api.close);
  api.answers.set('*', (response, { path }) => sendStatus(response, 403, 'Forbidden', `${path} is forbidden`));
  const { code, stdout, stderr } = await plugin.run(['delegate', ...words, '--yes', '-s', api.url]);
  expect({ code, stdout, first: stderr.split('\n')[0] }).toEqual({ code: 1, stdout: '', first: `error: ${message}` });
  expect(stderr).toContain(
    'The right to list httpproxies.projectcontour.io in all namespaces is missing. This ClusterRole, bound to you, would grant it:\n',
  );
  expect(stderr).toContain('      verbs: ["get", "list", "watch"]\n');
});
