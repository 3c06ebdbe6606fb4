import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pluginVersion } from '../../plugin/version.ts';
import { conforms } from '../controller/conforms.ts';
import { builtPlugin, golden } from './built-plugin.ts';

const plugin = builtPlugin();

async function trace(...args: readonly string[]) {
  return plugin.run(['trace', '-f', 'shop.yaml', ...args], { cwd: golden });
}

const cart = 'shop.example.com/api/cart/7';

test.each([
  ['weighted', [cart]],
  ['canary', ['GET', cart, '-H', 'x-canary: yes', '--all']],
  ['miss', ['GET', 'http://guide.docs.example.com/', '-H', 'Host: a.b.docs.example.com']],
  ['no-include', ['http://shop.example.com/api/pay/1']],
  ['no-certificate', ['https://shop.example.com/']],
  ['mirror', ['shop.example.com/x?y=1', '--seed', '7', '--expect', 'backend=shop/web:80']],
])('text: %s', async (name, args) => {
  const { code, stdout, stderr } = await trace(...args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  await expect(stdout).toMatchFileSnapshot(join(golden, `trace-${name}.txt`));
});

test('JSON is what the published schema describes', async () => {
  const { stdout } = await trace(cart, '-o', 'json', '--expect', 'backend=cart/cart-v1');
  const document = JSON.parse(stdout) as { decision: object };
  conforms('trace', document);
  await expect(stdout.replace(pluginVersion(), 'VERSION')).toMatchFileSnapshot(join(golden, 'trace-json.txt'));
  expect(() => conforms('trace', { ...document, decision: {} })).toThrow('required');
  const yaml = await trace(cart, '-oyaml');
  expect(yaml.stdout).toContain('kind: Trace');
});

test('the line that decides is shown under its step', async () => {
  const { stdout } = await trace(cart, '-H', 'x-canary: yes');
  expect(stdout).toMatch(/shop\.yaml:25:7 +<== decides\n +\| +- conditions: \[\{ header/);
});

test('a pasted curl command is the same request, and nothing of it is run', async () => {
  const command = `curl -sk 'http://${cart}' -H 'x-canary: yes' --data-raw $'it\\'s' -o /dev/null`;
  const { stdout, code } = await trace('--curl', command, '-o', 'json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    request: { method: 'POST', url: `http://${cart}` },
    decision: { backends: [{ name: 'cart-v2' }] },
  });
});

test('a request comes out as a curl command', async () => {
  const { stdout } = await trace('PUT', `http://${cart}?a=b c`.replace(' ', '%20'), '-H', "x-a: it's", '-o', 'curl');
  expect(stdout).toBe(`curl -i -X PUT -H 'x-a: it'\\''s' --path-as-is 'http://${cart}?a=b%20c'\n`);
});

test.each([['explain'], ['why']])('%s is another name for it', async (name) => {
  const { stdout } = await plugin.run([name, '-f', 'shop.yaml', cart], { cwd: golden });
  expect(stdout).toBe((await trace(cart)).stdout);
});

test.each([
  ['backend=cart/cart-v1', 0],
  ['backend=cart/cart-v2:8080', 0],
  ['backend=cart/cart-v2:81', 1],
  ['backend=shop/web', 1],
  ['status=404', 1],
  ['redirect=https://x/', 1],
])('--expect %s ends with %i', async (expectation, code) => {
  const result = await trace(cart, '--expect', expectation);
  expect(result.code).toBe(code);
  expect(result.stdout).toContain(`expected ${expectation}: ${code === 0 ? 'yes' : 'no, backend=cart/cart-v1:8080'}`);
});

test('every expectation counts, whatever the format', async () => {
  const both = ['--expect', 'backend=cart/cart-v1', '--expect', 'status=404'];
  for (const format of ['text', 'json', 'yaml']) expect((await trace(cart, ...both, '-o', format)).code).toBe(1);
  expect((await trace('nowhere.test', '--expect', 'status=404')).code).toBe(0);
});

test.each([
  [[], 'say which request: a URL, or --curl'],
  [['ftp://x/'], '"ftp://x/" is not a URL that can be traced: its scheme is ftp, and not http, https, ws or wss'],
  [['http://'], '"http://" is not a URL that can be traced: it names no host'],
  [['http://a b/'], '"http://a b/" is not a URL that can be traced: it holds a space or a control character'],
  [['http://me@x/'], '"http://me@x/" is not a URL that can be traced: it names a user; say it with -H Authorization'],
  [['x', '-H', 'Host: a', '-H', 'host: b'], 'the header Host is given twice'],
  [['x', '-H', 'nothing'], '"nothing" is not a header; write it as "name: value"'],
  [['x', '-H', ':path: /'], '":path" is no header: method and URL say it'],
  [['G ET', 'x'], '"G ET" is not a method'],
  [['x', '--seed', '-1'], '--seed takes a whole number from 0 to 4294967295'],
  [['x', '--via', '1.2.3.4:80'], '--via says where --send sends to: give it too'],
  [['x', '--curl', 'curl y'], '--curl names the request: leave out METHOD and URL'],
  [['--curl', 'wget x'], 'the command to --curl begins with "curl"'],
  [['--curl', "curl 'x"], 'the curl command has a quote that is not closed'],
  [
    ['--curl', 'curl --proxy p x'],
    'the curl option --proxy is not one that trace knows; leave it out, or say what it does with the options of trace',
  ],
  [['--curl', 'curl x y'], 'the curl command names several URLs; trace them one by one'],
  [
    ['x', '-o', 'wide'],
    'unable to match a printer suitable for the output format "wide", allowed formats are: curl,json,kyaml,text,yaml',
  ],
])('%j is refused', async (args, message) => {
  const { code, stdout, stderr } = await trace(...args);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toBe(`error: ${message}\nSee 'kubectl contour trace --help' for usage.\n`);
});

test.each([
  [
    ['x', '--expect', 'pod=a'],
    '--expect takes backend=NAMESPACE/SERVICE[:PORT], status=NUMBER or redirect=URL, not "pod=a"',
  ],
  [['x', '--send'], '--send needs the address of an Envoy here: give --via ADDRESS:PORT'],
  [['x', '--send', '--via', 'here'], '--via takes ADDRESS:PORT, not "here"'],
  [['x', '--send', '--via', '127.0.0.1:1'], '127.0.0.1:1 cannot be reached (ECONNREFUSED)'],
  [['x', '--expect', 'status=404', '--nonsense'], 'unknown flag: --nonsense'],
])('a question that cannot be answered ends with 2: %j', async (args, message) => {
  const { code, stdout, stderr } = await trace(...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr.split('\n')[0]).toBe(`error: ${message}`);
});

test('what tenants wrote steers no terminal', async () => {
  const stdin = `
apiVersion: projectcontour.io/v1
kind: HTTPProxy
metadata: { name: a, namespace: a }
spec:
  virtualhost: { fqdn: a.test }
  routes:
    - conditions: [{ prefix: "/x\\e[2J" }]
      directResponsePolicy: { statusCode: 200 }
`;
  const { stdout } = await plugin.run(['trace', '-f', '-', 'a.test/y'], { stdin });
  expect(stdout).toContain('closest: proxy a/a');
  expect(stdout).toContain('/x^[[2J');
  expect(stdout).not.toContain('\u001b');
});
