import { expect, onTestFinished, test } from 'vitest';
import { builtPlugin } from '../built-plugin.ts';
import { fakeApi, sendStatus } from '../fake-api.ts';

const plugin = builtPlugin();

test.each([429, 500])('an API server in trouble (%i) is no sign that one may not look', async (status) => {
  const api = await fakeApi();
  onTestFinished(api.close);
  const path = '/api/v1/namespaces/shop/secrets/cert';
  api.answers.set(path, (response) => sendStatus(response, status, 'Trouble', 'not now'));
  const apiVersion = 'projectcontour.io/v1';
  api.answers.set(`/apis/${apiVersion}/namespaces/shop/tlscertificatedelegations`, (response) => {
    const list = { apiVersion, kind: 'TLSCertificateDelegationList', metadata: { resourceVersion: '1' }, items: [] };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(list));
  });
  const words = ['delegate', 'cert', 'cert', '--to=a', '-n', 'shop', '--yes', '-s', api.url];
  const { code, stdout, stderr } = await plugin.run(words);
  expect({ code, stdout, first: stderr.split('\n')[0] }).toEqual({
    code: 1,
    stdout: '',
    first: 'Error from server (Trouble): not now',
  });
});

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
