import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryDirectory } from '../files/temp-directory.ts';
import { builtPlugin } from './built-plugin.ts';
import { validatorOf } from './schema.ts';

const plugin = builtPlugin();

const web = `# Two documents, and somebody's own style.
apiVersion: v1
kind: Service
metadata: {name: web-v1, namespace: shop}
---
apiVersion: "projectcontour.io/v1"
kind: HTTPProxy
metadata:
    name: web   # the shop
    namespace: shop
spec:
    virtualhost: { fqdn: shop.example.com }
    routes:
    -   conditions: [ { prefix: / } ]
        services:
        -   name: "web-v1"   # stable
            port: 80
            weight: 90    # of a hundred

        -   name: "web-v2"
            port: 80
            weight: 10
---
# nothing here
`;

function written(text = web): { readonly folder: string; readonly file: string; read(): string } {
  const folder = temporaryDirectory();
  const file = join(folder, 'web.yaml');
  writeFileSync(file, text);
  return { folder, file, read: () => readFileSync(file, 'utf8') };
}

const canary = (cwd: string, ...args: readonly string[]) =>
  plugin.run(['canary', ...args], { cwd, env: { USER: 'kim' } });

const shares = [
  'ROUTE      SERVICE     WAS   NOW   READY',
  'prefix /   web-v1:80   90%   75%   ?',
  '           web-v2:80   10%   25%   ?',
  '',
].join('\n');

test('a move of weights changes the digits and nothing else', async () => {
  const { folder, read } = written();
  const done = await canary(folder, 'web', '--to=web-v2', '--weight=25', '-f', 'web.yaml');
  expect(done).toEqual({
    code: 0,
    stdout: `${shares}web.yaml:18 changed\nweb.yaml:22 changed\n`,
    stderr: `--- web.yaml
+++ web.yaml
@@ -15,10 +15,10 @@
         services:
         -   name: "web-v1"   # stable
             port: 80
-            weight: 90    # of a hundred
+            weight: 75    # of a hundred
${' '}
         -   name: "web-v2"
             port: 80
-            weight: 10
+            weight: 25
 ---
 # nothing here
`,
  });
  expect(read()).toBe(web.replace('90 ', '75 ').replace('weight: 10', 'weight: 25'));
  expect(await canary(folder, 'web', '--to=web-v2', '--weight=25', '-f', 'web.yaml')).toEqual({
    code: 0,
    stdout: 'httpproxy.projectcontour.io/web unchanged\n',
    stderr: '',
  });
});

test('start, step and abort leave the file as it was', async () => {
  const { folder, read } = written();
  const run = async (...args: readonly string[]) =>
    expect(await canary(folder, ...args, '-f', 'web.yaml')).toMatchObject({ code: 0 });
  await run('start', 'web', '--to=web-v3', '--cookie=beta=1', '--steps=5,50');
  expect(read()).toContain(
    '            weight: 10\n        -   name: "web-v3"\n            port: 80\n            weight: 0\n',
  );
  await run('step');
  expect(read()).toContain('weight: 86 ');
  await run('abort', 'web');
  expect(read()).toBe(web);
});

test('an include of a file names another child', async () => {
  const root = (name: string) => `apiVersion: projectcontour.io/v1
kind: HTTPProxy
metadata: { name: root, namespace: shop }
spec:
  virtualhost: { fqdn: shop.example.com }
  includes:
  - name: ${name} # live
`;
  const child = (name: string) => `---
apiVersion: projectcontour.io/v1
kind: HTTPProxy
metadata: { name: ${name}, namespace: shop }
spec: {}
`;
  const { folder, read } = written(root('blue') + child('blue') + child('green'));
  const done = await canary(folder, 'switch', 'shop.example.com', '--to', 'green', '-f', folder);
  expect(done.code).toBe(0);
  expect(read()).toBe(root('green') + child('blue') + child('green'));
});

test('a filter reads standard input and writes standard output', async () => {
  const run = (...args: readonly string[]) =>
    plugin.run(['canary', 'web', '-f', '-', '--to=web-v2', ...args], { stdin: web });
  const moved = web.replace('90 ', '75 ').replace('weight: 10', 'weight: 25');
  expect(await run('--weight=25')).toEqual({ code: 0, stdout: moved, stderr: '' });
  expect(await run('--weight=10')).toEqual({ code: 0, stdout: web, stderr: '' });
});

test('what is so already is no change, and said', async () => {
  const { folder, read } = written();
  const before = read();
  for (const [flags, suffix] of [
    [[], ''],
    [['--dry-run=client'], ' (dry run)'],
  ] as const) {
    expect(await canary(folder, 'web', '--to=web-v2', '--weight=10', '-f', 'web.yaml', ...flags)).toEqual({
      code: 0,
      stdout: `httpproxy.projectcontour.io/web unchanged${suffix}\n`,
      stderr: '',
    });
  }
  expect(read()).toBe(before);
});

test('a dry run, and yaml, print and write nothing', async () => {
  const { folder, read } = written();
  const dry = await canary(folder, 'web', '--to=web-v2', '--weight=25', '-f', 'web.yaml', '--dry-run=client');
  expect(dry).toMatchObject({ code: 0, stdout: shares });
  expect(dry.stderr).toContain('+            weight: 75    # of a hundred\n');
  const yaml = await canary(folder, 'web', '--to=web-v2', '--weight=25', '-f', 'web.yaml', '-o', 'yaml');
  expect(yaml).toMatchObject({ code: 0, stdout: web.replace('90 ', '75 ').replace('weight: 10', 'weight: 25') });
  expect(read()).toBe(web);
});

test('JSON is what the schema says', async () => {
  const { folder } = written();
  const isChange = validatorOf('canary-change');
  for (const args of [
    ['web', '--to=web-v2', '--weight=25', '--dry-run=client'],
    ['start', 'web', '--to=web-v3', '--header=x=1'],
    ['web', '--weight=5'],
    ['promote', '--finish', '--dry-run=client'],
    ['abort'],
  ]) {
    const { stdout, code } = await canary(folder, ...args, '-f', 'web.yaml', '-o', 'json');
    expect(code).toBe(0);
    expect(isChange(JSON.parse(stdout)), JSON.stringify(isChange.errors)).toBe(true);
  }
  await canary(folder, 'start', 'web', '--to=web-v3', '--steps=5,50', '-f', 'web.yaml');
  const isList = validatorOf('canary-list');
  for (const args of [['list'], ['status'], ['status', 'web']]) {
    const { stdout } = await canary(folder, ...args, '-f', 'web.yaml', '-o', 'json');
    expect(isList(JSON.parse(stdout)), JSON.stringify(isList.errors)).toBe(true);
  }
}, 30_000);

test('templates and columns', async () => {
  const { folder } = written();
  const move = ['web', '--to=web-v2', '--weight=25', '--dry-run=client', '-f', 'web.yaml', '-o'];
  const template = await canary(folder, ...move, 'jsonpath={.after[*].percent}');
  expect(template).toMatchObject({ code: 0, stdout: '75 25' });
  const columns = await canary(folder, ...move, 'custom-columns=NAME:.object.name,NOW:.after[1].percent');
  expect(columns).toMatchObject({ code: 0, stdout: 'NAME   NOW\nweb    25\n' });
  const status = await canary(folder, 'status', 'web', '-f', 'web.yaml', '-o', 'jsonpath={.items[0].host}');
  expect(status).toEqual({ code: 0, stdout: 'shop.example.com', stderr: '' });
});

test('a read-only file stays as it is', async () => {
  const { folder, file, read } = written();
  chmodSync(file, 0o444);
  const refused = await canary(folder, 'web', '--to=web-v2', '--weight=25', '-f', 'web.yaml');
  expect(refused).toEqual({ code: 1, stdout: '', stderr: 'error: web.yaml is read-only, nothing was written\n' });
  expect([read(), readdirSync(folder)]).toEqual([web, ['web.yaml']]);
});

test('status and list tell what is on record', async () => {
  const { folder, file, read } = written();
  await canary(folder, 'start', 'web', '--to=web-v3', '--steps=5,50', '-f', 'web.yaml');
  await canary(folder, 'step', '-f', 'web.yaml');
  // Times are those of the test.
  writeFileSync(file, read().replaceAll(/2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, '2026-11-21T12:00:00Z'));
  expect((await canary(folder, 'list', '-f', 'web.yaml')).stdout).toBe(
    `NAMESPACE   NAME   HOST               CANARY   PERCENT   STEPS    SINCE                  BY
shop        web    shop.example.com   web-v3   5%        [5] 50   2026-11-21T12:00:00Z   kim
`,
  );
  expect((await canary(folder, 'status', 'web', '-f', 'web.yaml')).stdout).toBe(
    `shop/web (shop.example.com): canary web-v3, started 2026-11-21T12:00:00Z by kim, steps [5] 50
ROUTE      SERVICE     ROLE     WEIGHT   NOW   READY
prefix /   web-v1:80            86       86%   ?
prefix /   web-v2:80            9        9%    ?
prefix /   web-v3:80   canary   5        5%    ?
2026-11-21T12:00:00Z  0% -> 5%  kim
2026-11-21T12:00:00Z  start  0% -> 0%  kim
`,
  );
  const none = await canary(folder, 'list', '-f', 'web.yaml', '-n', 'cart');
  expect(none).toEqual({ code: 0, stdout: '', stderr: 'No canaries found in cart namespace.\n' });
});

describe('refused, and nothing is written', () => {
  const weight = ['--to=web-v2', '--weight=25'];
  const proxy = web.split('---\n')[1] ?? '';
  test.each<[string, string, readonly string[], string]>([
    [
      'two objects of one name',
      `${proxy}---\n${proxy.replace('namespace: shop', 'namespace: cart')}`,
      ['web', ...weight],
      'error: 2 objects are httpproxy/web: say which with -n or with one -f FILE\n  web.yaml:1  shop/web\n  web.yaml:19  cart/web\n',
    ],
    [
      'a template',
      `${proxy}# {{ .Values.more }}\n`,
      ['web', ...weight],
      'error: web.yaml:18: this is a template ("{{"): edit its values instead\nNothing was written.\n',
    ],
    [
      'a template that is no YAML',
      `{{- if .Values.web }}\n${proxy}{{- end }}\n`,
      ['web', ...weight],
      'error: no file has an HTTPProxy web\nweb.yaml:1: this is a template ("{{"): edit its values instead\n',
    ],
    [
      'an anchor',
      proxy.replace('services:\n', 'services: &all\n'),
      ['web', ...weight],
      'error: web.yaml:10: an anchor, an alias or a merge key stands here, so that the edit would reach further: write it out\nNothing was written.\n',
    ],
    [
      'a misspelt name',
      proxy,
      ['wep', ...weight],
      'error: no file has an HTTPProxy wep; did you mean web?\n  web.yaml:1  shop/web\n',
    ],
    [
      'a host of nobody',
      proxy,
      ['--host=shop.exmple.com', ...weight],
      'error: no HTTPProxy has the host shop.exmple.com; did you mean shop.example.com?\n',
    ],
    [
      'a host of nobody to abort a switch of',
      proxy,
      ['abort', 'shop.exmple.com/cart'],
      'error: no HTTPProxy has the host shop.exmple.com; did you mean shop.example.com?\n',
    ],
    [
      'what is neither a host nor an object',
      proxy,
      ['abort', 'pod/web'],
      'error: "pod/web" is no NAME: it is web, proxy/web or httpproxy.projectcontour.io/web\n',
    ],
    [
      'nothing on record',
      proxy,
      ['abort', 'web'],
      'error: nothing is on record for web: there is no canary to abort\nA file has its history in version control.\n',
    ],
    [
      'no weight',
      proxy,
      ['web'],
      "error: --weight says what the canary gets: kubectl contour canary web --weight 10\nSee 'kubectl contour canary --help' for usage.\n",
    ],
    [
      'a dry run of another kind',
      proxy,
      ['web', ...weight, '--dry-run=maybe'],
      'error: Invalid dry-run value (maybe). Must be "none", "server", or "client".\nSee \'kubectl contour canary --help\' for usage.\n',
    ],
    [
      'a time that is none',
      proxy,
      ['web', ...weight, '--timeout=soon'],
      'error: --timeout takes a time such as 30s or 2m, not "soon"\nSee \'kubectl contour canary --help\' for usage.\n',
    ],
    [
      'a format that is none',
      proxy,
      ['web', ...weight, '-o', 'xml'],
      'error: unable to match a printer suitable for the output format "xml", allowed formats are: custom-columns,custom-columns-file,json,jsonpath,jsonpath-file,kyaml,name,table,wide,yaml\nSee \'kubectl contour canary --help\' for usage.\n',
    ],
    [
      'steps that fall',
      proxy,
      ['start', 'web', '--to=v', '--steps=50,5'],
      'error: --steps must rise, such as 5,25,50,100\n',
    ],
    [
      'a service that is none',
      proxy,
      ['start', 'web', '--to=v:x'],
      'error: --to takes a service as NAME or NAME:PORT, not "v:x"\n',
    ],
    [
      'no service',
      proxy,
      ['start', 'web'],
      "error: --to says which service is the canary\nSee 'kubectl contour canary start --help' for usage.\n",
    ],
    [
      'a guard that is no share',
      proxy,
      ['run', 'web', '--max-5xx=1'],
      'error: --max-5xx takes a share from 0% to 100%, such as 1%, not "1"\n',
    ],
    [
      'a guard that is no time',
      proxy,
      ['run', 'web', '--max-p99=soon'],
      'error: --max-p99 takes a time such as 30s or 2m, not "soon"\nSee \'kubectl contour canary run --help\' for usage.\n',
    ],
    [
      'a guard that judges nothing',
      proxy,
      ['run', 'web', '--min-requests=9'],
      'error: --min-requests judges nothing alone: add --max-5xx or --max-p99\n',
    ],
    [
      'a watch of files',
      proxy,
      ['watch', 'web'],
      'error: canary watch watches a cluster: files have nothing to tell\nWhat is written in them: kubectl contour canary status -f FILE\n',
    ],
    ['a drive of files', proxy, ['run', 'web'], 'error: canary run drives a cluster: files have nobody to wait for\n'],
    [
      'a switch to nowhere',
      proxy,
      ['switch', 'shop.example.com'],
      "error: canary switch needs HOST/PREFIX and --to NAME\nSee 'kubectl contour canary switch --help' for usage.\n",
    ],
    [
      'a switch of what includes nothing',
      proxy,
      ['switch', 'shop.example.com', '--to=green'],
      'error: shop.example.com includes nothing\n',
    ],
  ])('%s', async (_, text, args, said) => {
    const { folder, read } = written(text);
    expect(await canary(folder, ...args, '-f', 'web.yaml')).toEqual({ code: 1, stdout: '', stderr: said });
    expect(read()).toBe(text);
  });

  test('a file that is not there', async () => {
    const { folder } = written();
    const missing = await canary(folder, 'web', ...weight, '-f', 'nowhere.yaml');
    expect(missing).toEqual({ code: 1, stdout: '', stderr: 'error: there is no file or folder nowhere.yaml\n' });
  });
});
