import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { pluginVersion } from '../../plugin/version.ts';
import { temporaryDirectory } from '../files/temp-directory.ts';
import { builtPlugin, golden } from './built-plugin.ts';

const plugin = builtPlugin();

async function routes(...args: readonly string[]) {
  return plugin.run(['routes', '-f', 'shop.yaml', ...args], { cwd: golden });
}

test.each([
  ['table', []],
  ['wide', []],
  ['json', ['--invalid']],
  ['yaml', ['--invalid']],
  ['name', []],
])('-o %s', async (format, more) => {
  const { code, stdout, stderr } = await routes('-o', format, ...more);
  expect({ code, stderr }).toEqual({ code: 0, stderr: format === 'wide' ? 'Source: shop.yaml\n' : '' });
  await expect(stdout.replace(pluginVersion(), 'VERSION')).toMatchFileSnapshot(join(golden, `routes-${format}.txt`));
});

test('templates and columns of the items, from the command line and from files', async () => {
  const folder = temporaryDirectory();
  const columns = 'HOST:.host,TO:.action.backends[*].name,NONE:.nowhere';
  writeFileSync(join(folder, 'columns'), 'HOST  TO  NONE\n.host  .action.backends[*].name  .nowhere\n');
  writeFileSync(join(folder, 'template'), '{range .items[*]}{.host}{"\\t"}{.order}{"\\n"}{end}');
  const inline = await routes('-n', 'cart', '-o', `custom-columns=${columns}`);
  expect(inline.stdout).toBe(
    [
      'HOST               TO                NONE',
      'shop.example.com   cart-v2           <none>',
      'shop.example.com   cart-v1,cart-v2   <none>',
      '',
    ].join('\n'),
  );
  expect(await routes('-n', 'cart', '-o', `custom-columns-file=${join(folder, 'columns')}`)).toEqual(inline);
  const bare = await routes('-n', 'cart', '--no-headers', '-o', `custom-columns=${columns}`);
  expect(bare.stdout).toBe(inline.stdout.slice(inline.stdout.indexOf('\n') + 1));
  const template = await routes('-n', 'cart', '-o', `jsonpath-file=${join(folder, 'template')}`);
  expect(template.stdout).toBe('shop.example.com\t2\nshop.example.com\t3\n');
});

test.each([
  ['jsonpath={.items', 'error: the value of -o jsonpath is not understood at character 8: a { is not closed'],
  ['custom-columns=HOST', 'error: the value of -o custom-columns has a column that is not HEADER:PATH: "HOST"'],
  ['jsonpath', 'error: -o jsonpath takes a value: jsonpath=…'],
  ['jsonpath-file=/nowhere', 'error: /nowhere cannot be read (ENOENT)'],
  ['go-template={{.}}', 'error: Go templates are not offered: use jsonpath or custom-columns'],
])('-o %s is one line', async (format, message) => {
  const { code, stdout, stderr } = await routes('-o', format);
  expect({ code, stdout, first: stderr.split('\n')[0] }).toEqual({ code: 1, stdout: '', first: message });
});

test('JSON and YAML are one document, and the published schema describes it', async () => {
  const [json, yaml] = await Promise.all([routes('-ojson', '--invalid'), routes('-oyaml', '--invalid')]);
  const document: unknown = JSON.parse(json.stdout);
  expect(parse(yaml.stdout)).toEqual(document);
  const schema = new URL('../../docs/schemas/route-table.schema.json', import.meta.url);
  const validate = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(
    JSON.parse(readFileSync(schema, 'utf8')) as object,
  );
  expect(validate(document), JSON.stringify(validate.errors, null, 1)).toBe(true);
  expect(validate({ ...(document as object), items: [{ host: 'x' }] })).toBe(false);
});

test('a name gets the one host that Envoy would choose, a pattern every host it fits', async () => {
  const rows = async (...args: readonly string[]): Promise<string> => (await routes('-oname', ...args)).stdout;
  expect(await rows('Docs.DOCS.example.com:8080')).toBe('ingress.networking.k8s.io/docs\n');
  expect(await rows('--host', '*')).toContain('httpproxy.projectcontour.io/root\n');
  expect(await rows('--host', '*.docs.*')).toBe('ingress.networking.k8s.io/docs\n');
  expect(await rows('a.b.docs.example.com')).toBe('');
});

test('--path keeps what could answer it, -n what its objects wrote or included', async () => {
  const { stdout } = await routes('shop.example.com', '--path', '/api/cart/7', '--no-headers');
  expect(
    stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/ {2,}/)[2]),
  ).toEqual(['/api/cart', '/api/cart', '/api/cart', '/', '/']);
  expect((await routes('-n', 'cart', '-oname')).stdout).toBe('httpproxy.projectcontour.io/cart\n');
  expect((await routes('-n', 'shop', '-oname')).stdout).toContain('httpproxy.projectcontour.io/cart\n');
  expect((await routes('-n', 'cart', '-A', '-oname')).stdout).toContain('httpproxy.projectcontour.io/root');
});

test('a claim that lost is shown where it is asked for, with who holds the host', async () => {
  expect((await routes()).stdout).not.toContain('squatter');
  expect((await routes('--invalid')).stdout).toContain('invalid: DuplicateVhost, held by shop/root');
  expect((await routes('-n', 'other')).stdout).toContain('held by shop/root');
});

test.each([
  ['shop.exmaple.com', 'No routes found for host "shop.exmaple.com". Closest hosts: shop.example.com.'],
  [
    'a.b.docs.example.com',
    'No routes found for host "a.b.docs.example.com". Closest hosts: *.docs.example.com (not a match: a wildcard stands for one label).',
  ],
  ['elsewhere.test', 'No routes found for host "elsewhere.test".'],
])('nothing for %s is said on standard error, with the closest hosts', async (host, message) => {
  expect(await routes(host)).toEqual({ code: 0, stdout: '', stderr: `${message}\n` });
  const { stdout } = await routes(host, '-o', 'json');
  expect(JSON.parse(stdout)).toMatchObject({ kind: 'RouteTable', items: [] });
});

test('a host without a route for the path is not misspelt', async () => {
  const { stderr } = await routes('a.docs.example.com', '-n', 'shop');
  expect(stderr).toBe('No routes found for host "a.docs.example.com" in namespace "shop".\n');
});

test('unknown is not absent, unless the files are said to be all there is', async () => {
  const stdin = `
apiVersion: projectcontour.io/v1
kind: HTTPProxy
metadata: { name: alone, namespace: a }
spec: { virtualhost: { fqdn: alone.example.com }, routes: [{ services: [{ name: s, port: 80 }] }] }
`;
  const open = await plugin.run(['routes', '-f', '-', '--no-headers'], { stdin });
  expect(open.stdout).toMatch(/a\/s:80 +100% +\? +proxy\/alone #0 +unverified\n/);
  const closed = await plugin.run(['routes', '-f', '-', '--no-headers', '--closed'], { stdin });
  expect(closed.stdout).toMatch(/ 503 \(ServiceUnresolvedReference\) .* invalid: ServiceUnresolvedReference\n/);
});

test('without EndpointSlices the endpoints are unknown, or none with --closed', async () => {
  const stdin = `
apiVersion: projectcontour.io/v1
kind: HTTPProxy
metadata: { name: alone, namespace: a }
spec: { virtualhost: { fqdn: alone.example.com }, routes: [{ services: [{ name: s, port: 80 }] }] }
---
apiVersion: v1
kind: Service
metadata: { name: s, namespace: a }
spec: { ports: [{ port: 80 }] }
`;
  const open = await plugin.run(['routes', '-f', '-', '--no-headers'], { stdin });
  expect(open.stdout).toMatch(/a\/s:80 +100% +\? /);
  const closed = await plugin.run(['routes', '-f', '-', '--no-headers', '--closed'], { stdin });
  expect(closed.stdout).toMatch(/a\/s:80 +100% +0\/0 /);
});

test('--service keeps what leads to it, mirrors included, and --kind what such objects wrote', async () => {
  const rows = async (...args: readonly string[]) =>
    (await routes('--no-headers', ...args)).stdout.split('\n').map((line) => line.split(/ +/).join(' '));
  const all = await rows();
  const those = (part: string) => [...all.filter((line) => line.includes(part)), ''];
  expect(those('proxy/cart #').length).toBeGreaterThan(2);
  expect(await rows('--service', 'cart/cart-v2')).toEqual(those('proxy/cart #'));
  expect(await rows('--service', 'cart-v2')).toEqual(those('proxy/cart #'));
  expect(await rows('--service', 'shop/cart-v2')).toEqual(['']);
  expect(await rows('--service', 'shop/shadow')).toEqual(those('proxy/root #1'));
  expect(await rows('--kind', 'ing')).toEqual(those('ingress/'));
  expect(await rows('--kind', 'proxy')).toEqual(those('proxy/'));
  expect((await routes('shop.example.com', '--service', 'cart/none')).stderr).toBe(
    'No routes found for host "shop.example.com" that lead to Service cart/none.\n',
  );
  expect((await routes('--kind', 'ingressroute')).stderr).toBe('No routes found of kind IngressRoute.\n');
});

test('--order tells the place of each row, and why it comes after the row above', async () => {
  const { stdout } = await routes('shop.example.com', '--order');
  const rows = stdout.split('\n').map((line) => line.split(/ {3,}/));
  expect(rows[0]?.slice(0, 4)).toEqual(['HOST', 'ORDER', 'RULE', 'MATCH']);
  expect(rows.slice(1, -1).map(([, order, rule, match]) => `${order} ${rule}: ${match}`)).toEqual([
    '1 -: exact',
    '2 a prefix is tried after exact and regex: prefix  /api/cart  x-canary=yes',
    '3 fewer header conditions: prefix  /api/cart',
    '3 fewer header conditions: prefix  /api/cart',
    '4 shorter prefix: prefix  /api/pay',
    '5 shorter prefix: prefix  /',
    '5 shorter prefix: prefix  /',
  ]);
});

test.each([
  [['--kind', 'service'], '--kind takes proxy, ingress or ingressroute, not "service"'],
  [['--kind', 'tlscerts'], '--kind takes proxy, ingress or ingressroute, not "tlscerts"'],
  [['--service', 'a/b/c'], '--service takes SERVICE or NAMESPACE/SERVICE, not "a/b/c"'],
  [['--order', '--sort-by=.host'], '--order tells the order of Envoy, and --sort-by makes another: give one of them'],
  [['--order', '-w'], '--order compares the rows of one table: leave out -w'],
])('%j is refused', async (args, message) => {
  const { code, stdout, stderr } = await routes(...args);
  expect({ code, stdout, first: stderr.split('\n')[0] }).toEqual({ code: 1, stdout: '', first: `error: ${message}` });
});
