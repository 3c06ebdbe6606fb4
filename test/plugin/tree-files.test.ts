import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Tree } from '../../plugin/tree-report.ts';
import { pluginVersion } from '../../plugin/version.ts';
import { conforms } from '../controller/conforms.ts';
import { selfSigned } from '../support/certificate.ts';
import { builtPlugin, golden } from './built-plugin.ts';

const plugin = builtPlugin();

async function tree(...args: readonly string[]) {
  return plugin.run(['tree', '-f', 'shop.yaml', ...args], { cwd: golden });
}

test.each([
  ['text', []],
  ['services', ['--services', '--certs']],
  ['dot', ['shop.example.com', '-o', 'dot']],
  ['mermaid', ['shop.example.com', '--services', '-o', 'mermaid']],
])('%s', async (name, args) => {
  const { code, stdout, stderr } = await tree(...args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  await expect(stdout).toMatchFileSnapshot(join(golden, `tree-${name}.txt`));
});

test('JSON is what the published schema describes', async () => {
  const { stdout } = await tree('-o', 'json', '--services', '--certs');
  const document = JSON.parse(stdout) as object;
  conforms('tree', document);
  expect(() => conforms('tree', { ...document, items: [{}] })).toThrow('required');
  expect(stdout).toContain(pluginVersion());
});

test.each([
  ['SHOP.example.com:80', ['shop.example.com']],
  ['*.docs.*', ['*.docs.example.com']],
  ['a.docs.example.com', ['*.docs.example.com']],
  ['cart', ['shop.example.com']],
  ['proxy/cart', ['shop.example.com']],
  ['cart/cart', ['shop.example.com']],
  ['ing/docs', ['*.docs.example.com']],
])('%s selects %j', async (word, hosts) => {
  const { stdout } = await tree(word, '-o', 'json');
  const { items } = JSON.parse(stdout) as { readonly items: readonly { readonly name: string }[] };
  expect(items.map(({ name }) => name)).toEqual(hosts);
});

test.each(['shop.exmaple.com', 'proxy/docs', 'nobody'])(
  'nothing called %s is an error that lists hosts',
  async (word) => {
    const { code, stdout, stderr } = await tree(word);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(`error: there is no host and no object "${word}"\n`);
    expect(stderr).toContain('Hosts: *.docs.example.com, shop.example.com\n');
  },
);

const loop = `
apiVersion: projectcontour.io/v1
kind: HTTPProxy
metadata: { name: root, namespace: a }
spec: { virtualhost: { fqdn: a.test }, includes: [{ name: one, conditions: [{ prefix: /one }] }] }
---
apiVersion: projectcontour.io/v1
kind: HTTPProxy
metadata: { name: one, namespace: a }
spec: { includes: [{ name: two, namespace: b }] }
---
apiVersion: projectcontour.io/v1
kind: HTTPProxy
metadata: { name: two, namespace: b }
spec: { includes: [{ name: one, namespace: a }] }
---
apiVersion: projectcontour.io/v1
kind: HTTPProxy
metadata: { name: lost, namespace: b }
spec: { routes: [{ directResponsePolicy: { statusCode: 200 } }] }
`;

test('a cycle is told as the way that leads back, and what nobody includes comes last', async () => {
  const { code, stdout } = await plugin.run(['tree', '-f', '-', '--closed'], { stdin: loop });
  expect(code).toBe(0);
  expect(stdout).toContain('CYCLE: a/root -> a/one -> b/two -> a/one');
  expect(stdout).toMatch(/\nproxy b\/lost +orphaned: Orphaned\n$/);
});

test('-n keeps the trees that an object of the namespace is part of', async () => {
  const run = async (namespace: string) =>
    (await plugin.run(['tree', '-f', '-', '-n', namespace], { stdin: loop })).stdout;
  expect(await run('b')).toContain('a.test');
  expect(await run('c')).toBe('');
});

test('what nobody knows is no option', async () => {
  const { code, stderr } = await tree('-o', 'wide');
  expect(code).toBe(1);
  expect(stderr).toContain('allowed formats are: dot,json,kyaml,mermaid,text,yaml');
});

test('a Secret tells whom its certificate is for and until when; one that was not read is not verified', async () => {
  const root = `apiVersion: projectcontour.io/v1
kind: HTTPProxy
metadata: { name: root, namespace: shop }
spec:
  virtualhost: { fqdn: shop.example.com, tls: { secretName: tls } }
  routes: [{ directResponsePolicy: { statusCode: 200 } }]
`;
  const { certificate, key } = selfSigned('shop.example.com');
  const data = { 'tls.crt': certificate.toString('base64'), 'tls.key': key.toString('base64') };
  const metadata = { name: 'tls', namespace: 'shop' };
  const secret = JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata, type: 'kubernetes.io/tls', data });
  const nodeOf = async (stdin: string) => {
    const { stdout } = await plugin.run(['tree', '--certs', '-f', '-', '-o', 'json'], { stdin });
    expect(stdout).not.toContain('PRIVATE');
    const report = JSON.parse(stdout) as Tree;
    conforms('tree', report);
    return report.items[0]?.children.find(({ type }) => type === 'secret');
  };
  const read = await nodeOf(`${root}---\n${secret}\n`);
  expect(read).toMatchObject({ name: 'shop/tls', status: { state: 'valid' } });
  expect(read?.certificate?.names).toEqual(['shop.example.com']);
  const days = (Date.parse(read?.certificate?.notAfter ?? '') - Date.now()) / 86_400_000;
  expect(Math.ceil(days)).toBe(2);
  expect(await nodeOf(root)).toMatchObject({ status: { state: 'unverified' }, certificate: null });
});
