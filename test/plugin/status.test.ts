import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { conforms } from '../controller/conforms.ts';
import { temporaryDirectory } from '../files/temp-directory.ts';
import { eventually } from '../support/eventually.ts';
import { builtPlugin, cleanEnv, finished, golden } from './built-plugin.ts';
import { debugEndpoint, reportHead } from './debug-endpoint.ts';
import { fakeApi } from './fake-api.ts';

const plugin = builtPlugin();

async function status(...args: readonly string[]) {
  return plugin.run(['status', '-f', 'shop.yaml', ...args], { cwd: golden });
}

describe('in files', () => {
  test.each([
    ['table', []],
    ['wide', ['-o', 'wide', '--invalid']],
    ['explain', ['--explain', 'root', 'squatter']],
  ])('%s', async (name, args) => {
    const { code, stdout, stderr } = await status(...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: name === 'wide' ? 'Source: shop.yaml\n' : '' });
    await expect(stdout).toMatchFileSnapshot(join(golden, `status-${name}.txt`));
  });

  test('--explain says what to do about a file in words that are about files', async () => {
    const orphan = `apiVersion: projectcontour.io/v1
kind: HTTPProxy
metadata: { name: alone, namespace: shop }
spec: { routes: [{ directResponsePolicy: { statusCode: 200 } }] }
---
apiVersion: projectcontour.io/v1
kind: HTTPProxy
metadata: { name: root, namespace: shop }
spec: { virtualhost: { fqdn: a.example.com } }
`;
    const folder = temporaryDirectory();
    writeFileSync(join(folder, 'a b.yaml'), orphan);
    const { stdout } = await plugin.run(['status', '--explain', '-f', 'a b.yaml'], { cwd: folder });
    const lines = stdout.split('\n').map((line) => line.trim());
    expect(lines).toContain('error Orphaned at a b.yaml');
    expect(lines).toContain("next:  kubectl contour delegate HOST/PATH --to shop/alone -f 'a b.yaml'");
  });

  test('JSON is what the published schema describes', async () => {
    const { stdout } = await status('-o', 'json');
    const document = JSON.parse(stdout) as object;
    conforms('status', document);
    expect(() => conforms('status', { ...document, items: [{}] })).toThrow('required');
  });

  test.each([
    [['cart'], ['cart']],
    [
      ['proxy/cart', 'ing/docs'],
      ['cart', 'docs'],
    ],
    [['httpproxy.projectcontour.io/cart'], ['cart']],
    [['--invalid'], ['squatter', 'root']],
    [['--orphaned'], []],
    [['root', 'cart', '--invalid'], ['root']],
    [['-n', 'shop'], ['root']],
  ])('%j selects %j', async (args, names) => {
    const { code, stdout } = await status(...args, '-o', 'json');
    const { items } = JSON.parse(stdout) as {
      readonly items: readonly { readonly source: { readonly name: string } }[];
    };
    expect({ code, names: items.map(({ source }) => source.name) }).toEqual({ code: 0, names });
  });

  test('-o name and jsonpath', async () => {
    expect((await status('root', '-o', 'name')).stdout).toBe('httpproxy.projectcontour.io/root\n');
    expect((await status('root', '-o', 'jsonpath={.items[0].currentStatus}')).stdout).toBe('invalid');
  });

  test.each([
    [['carts'], 1, 'httpproxies.projectcontour.io "carts" not found\nDid you mean cart?\nLooked in all namespaces.\n'],
    [['ing/cart', '-n', 'docs'], 1, 'ingresses.networking.k8s.io "cart" not found\nLooked in namespace docs.\n'],
    [['nope', '--wait'], 2, 'httpproxies.projectcontour.io "nope" not found\nLooked in all namespaces.\n'],
    [
      ['--wait=ready'],
      2,
      `--wait takes valid or programmed, not "ready"\nSee 'kubectl contour status --help' for usage.\n`,
    ],
    [
      ['--wait', '-w'],
      2,
      `--wait ends and --watch does not: give one of them\nSee 'kubectl contour status --help' for usage.\n`,
    ],
    [
      ['--wait', '--ignore-not-found', 'nope'],
      2,
      `--wait needs what it waits for: leave --ignore-not-found out\nSee 'kubectl contour status --help' for usage.\n`,
    ],
    [
      ['--wait', '--timeout', 'soon'],
      2,
      `--timeout takes a time such as 30s or 2m, not "soon"\nSee 'kubectl contour status --help' for usage.\n`,
    ],
    [
      ['--explain', '-o', 'json'],
      1,
      `--explain is prose: leave out -o\nSee 'kubectl contour status --help' for usage.\n`,
    ],
  ])('%j is refused', async (args, code, message) => {
    expect(await status(...args)).toEqual({ code, stdout: '', stderr: `error: ${message}` });
  });

  test('nothing to show is said on standard error', async () => {
    expect(await status('-n', 'nowhere')).toEqual({
      code: 0,
      stdout: '',
      stderr: 'No objects found in nowhere namespace.\n',
    });
  });

  test('--wait ends at once where it is so, and with 1 where it does not become so', async () => {
    expect((await status('cart', '--wait')).code).toBe(0);
    const { code, stderr } = await status('root', '--wait', '--timeout', '200ms');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: timed out after 0\.2s waiting for valid: HTTPProxy shop\/root is invalid: /);
  });
});

test.each([[['--field-selector', 'metadata.name=nope']], [['-n', 'nowhere']]])(
  '--wait for what is not there, %j, ends with the time',
  async (selection) => {
    const { code, stderr } = await status(...selection, '--wait', '--timeout', '200ms');
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'error: timed out after 0.2s waiting for valid: no matching resources found\n',
    });
  },
);

test('--wait for what is invalid ends where nothing is any more', async () => {
  expect((await status('-n', 'docs', '--invalid', '--wait')).code).toBe(0);
});

function item(programmed: object | null, currentStatus = 'valid', name = 'web') {
  const source = { apiVersion: 'projectcontour.io/v1', kind: 'HTTPProxy', namespace: 'shop', name, pointer: '' };
  const more = { generation: 1, hosts: ['a.test'], root: true, description: '', conditions: [] };
  return { source, ...more, currentStatus, programmed };
}

const report = (...items: readonly object[]) => ({ ...reportHead('StatusReport'), items });

describe('--wait of an API server that stalls', () => {
  test.each([
    ['where controllers are looked for', 'web', '/api/v1/pods'],
    ['where its objects are listed', 'web', '/apis/projectcontour.io/v1/httpproxies'],
    ['and nobody is named', '', '/apis/projectcontour.io/v1/httpproxies'],
  ])('%s ends in its time, and the process with it', async (_, name, stalled) => {
    const api = await fakeApi();
    onTestFinished(api.close);
    api.answers.set(stalled, () => {});
    const words = ['status', ...(name === '' ? [] : [name]), '--wait', '--timeout=300ms', '-A', '-s', api.url];
    expect(await plugin.run(words)).toEqual({
      code: 2,
      stdout: '',
      stderr: 'error: no status came within 0.3s\nWait for longer with --timeout.\n',
    });
  });
});

describe('of a controller', () => {
  test('the Envoys that run it are counted', async () => {
    const { url, asked } = await debugEndpoint(report(item({ envoys: 2, of: 3 })));
    const { stdout } = await plugin.run(['status', '--debug-url', url, '-n', 'shop', '--no-headers']);
    expect(stdout).toMatch(/^proxy +shop +web +a\.test +valid +2\/3\n$/);
    expect(asked).toEqual(['/debug/status?namespace=shop']);
  });

  test('--wait=programmed ends when the last Envoy has it, with a line for each change', async () => {
    const endpoint = await debugEndpoint(report(item({ envoys: 0, of: 2 })));
    const child = plugin.start(['status', 'web', '--debug-url', endpoint.url, '--wait=programmed', '--no-headers'], {
      env: cleanEnv({}),
    });
    const end = finished(child);
    await eventually(() => expect(endpoint.asked).toHaveLength(2));
    endpoint.say(report(item({ envoys: 1, of: 2 })));
    endpoint.say(report(item({ envoys: 2, of: 2 })));
    const { code, stdout } = await end;
    expect(code).toBe(0);
    expect(stdout.match(/[012]\/2/g)?.at(-1)).toBe('2/2');
  });

  test.each([
    [item({ envoys: 2, of: 2 }), 0, ''],
    [
      item({ envoys: 1, of: 2 }),
      1,
      'error: timed out after 0s waiting for programmed: HTTPProxy shop/web runs on 1 of 2 Envoys\n',
    ],
  ])('--timeout=0 is to look once', async (first, code, stderr) => {
    const { url, asked } = await debugEndpoint(report(first));
    const args = ['status', '--debug-url', url, '--wait=programmed', '--timeout=0'];
    expect(await plugin.run(args)).toMatchObject({ code, stderr });
    expect(asked).toEqual(['/debug/status']);
  });

  test('--wait waits for what is selected to be there', async () => {
    const endpoint = await debugEndpoint(report(item({ envoys: 1, of: 1 })));
    const args = ['--field-selector=metadata.name=late', '--wait=programmed', '--no-headers'];
    const end = finished(plugin.start(['status', '--debug-url', endpoint.url, ...args], { env: cleanEnv({}) }));
    await eventually(() => expect(endpoint.asked).toEqual(['/debug/status?watch=1']));
    endpoint.say(report(item({ envoys: 1, of: 1 }), item({ envoys: 1, of: 1 }, 'valid', 'late')));
    const { code, stdout } = await end;
    expect(code).toBe(0);
    expect(stdout).toMatch(/^proxy +shop +late [^\n]+\n$/);
  });

  test.each([
    [item({ envoys: 1, of: 2 }), 'HTTPProxy shop/web runs on 1 of 2 Envoys'],
    [
      item({ envoys: 1, of: 2, missing: [{ envoy: 'envoy-b', message: null }] }),
      'HTTPProxy shop/web runs on 1 of 2 Envoys: envoy-b has not accepted it yet',
    ],
    [
      item({
        envoys: 0,
        of: 4,
        missing: [
          { envoy: 'envoy-b', message: 'no such \u001b[2J filter' },
          { envoy: 'envoy-c', message: null },
        ],
      }),
      'HTTPProxy shop/web runs on 0 of 4 Envoys: envoy-b refused it: no such ^[[2J filter, envoy-c has not accepted it yet, and 2 more',
    ],
    [item({ envoys: 0, of: 0 }), 'HTTPProxy shop/web: no Envoy is connected'],
    [item(null, 'orphaned'), 'HTTPProxy shop/web is orphaned'],
  ])('the time is over: what is missing is told', async (first, missing) => {
    const { url } = await debugEndpoint(report(first));
    const args = ['status', 'web', '--debug-url', url, '--wait=programmed', '--timeout=2s'];
    const { code, stderr } = await plugin.run(args);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `error: timed out after 2s waiting for programmed: ${missing}\n`,
    });
  });

  test('several things that are missing are a line each', async () => {
    const other = item({ envoys: 0, of: 2, missing: [{ envoy: 'envoy-b', message: null }] }, 'valid', 'api');
    const { url } = await debugEndpoint(report(item({ envoys: 1, of: 2 }), other));
    const args = ['status', '--debug-url', url, '-A', '--wait=programmed', '--timeout=2s'];
    expect((await plugin.run(args)).stderr).toBe(
      'error: timed out after 2s waiting for programmed\n' +
        'HTTPProxy shop/web runs on 1 of 2 Envoys\n' +
        'HTTPProxy shop/api runs on 0 of 2 Envoys: envoy-b has not accepted it yet, and 1 more\n',
    );
  });

  test('a row says which Envoy is behind', async () => {
    const { url } = await debugEndpoint(report(item({ envoys: 1, of: 2, missing: [{ envoy: 'b', message: null }] })));
    const { stdout } = await plugin.run(['status', '--debug-url', url, '-n', 'shop', '--no-headers']);
    expect(stdout).toMatch(/ valid +1\/2 +b has not accepted it yet\n$/);
  });

  test('what came and went is a row each', async () => {
    const endpoint = await debugEndpoint(report(item({ envoys: 1, of: 1 })));
    const child = plugin.start(['status', '-w', '--debug-url', endpoint.url], { env: cleanEnv({}) });
    let text = '';
    child.stdout?.on('data', (chunk) => (text += String(chunk)));
    await eventually(() => expect(text).toContain('1/1'));
    endpoint.say(report(item({ envoys: 1, of: 1 }, 'invalid'), item(null, 'orphaned', 'other')));
    await eventually(() => expect(text).toMatch(/invalid[^]*orphaned/));
    endpoint.say(report());
    await eventually(() => expect(text.match(/deleted/g)).toHaveLength(2));
    expect(text.match(/KIND/g)).toHaveLength(1);
    child.kill('SIGKILL');
  });
});
