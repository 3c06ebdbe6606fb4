import { chmodSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, onTestFinished, test } from 'vitest';
import { saveFiles } from '../../../plugin/load/save-files.ts';
import { isProblem } from '../../../plugin/services/change/problem.ts';
import { headerText, parseHeaderCondition } from '../../../plugin/services/delegate/conditions.ts';
import { parseTarget } from '../../../plugin/services/delegate/target.ts';
import { eventually } from '../../support/eventually.ts';
import { builtPlugin, golden, type Finished } from '../built-plugin.ts';

const plugin = builtPlugin();

interface Folder {
  readonly path: string;
  readonly file: string;
  text(name?: string): string;
  delegate(...args: readonly string[]): Promise<Finished>;
}

function folder(): Folder {
  const path = mkdtempSync(join(tmpdir(), 'contour-delegate-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  const file = join(path, 'shop.yaml');
  cpSync(join(golden, 'shop.yaml'), file);
  return {
    path,
    file,
    text: (name = 'shop.yaml') => readFileSync(join(path, name), 'utf8'),
    delegate: (...args) => plugin.run(['delegate', ...args], { cwd: path }),
  };
}

const original = readFileSync(join(golden, 'shop.yaml'), 'utf8');

test('an include is spliced in, and revoke leaves the file as it was to the byte', async () => {
  const { delegate, text } = folder();
  const given = await delegate('shop.example.com/new', '--to=cart/cart', '-H', 'x-a!=b', '-f', 'shop.yaml');
  expect(given).toMatchObject({ code: 0, stdout: 'shop.yaml:13 changed\n' });
  expect(given.stderr).toContain('+    - name: cart\n');
  expect(await delegate('check', 'shop.example.com/new', '-H', 'x-a!=b', '-f', '.')).toMatchObject({ code: 0 });
  expect(await delegate('check', 'shop.example.com/new', '-f', '.')).toMatchObject({ code: 1 });
  const back = await delegate('revoke', 'shop.example.com/new', '-H', 'x-a!=b', '-f', 'shop.yaml');
  expect(back).toMatchObject({ code: 0 });
  expect(text()).toBe(original);
});

test('a child that is made gets a file of its own in a folder, and another document in a file', async () => {
  const inFolder = folder();
  const words = ['shop.example.com/new', '--to=new/new', '--create', '--service=new:80'];
  expect(await inFolder.delegate(...words, '-f', '.')).toMatchObject({ code: 0 });
  expect(readdirSync(inFolder.path).toSorted()).toEqual(['new-new.yaml', 'shop.yaml']);
  const inFile = folder();
  expect(await inFile.delegate(...words, '-f', 'shop.yaml')).toMatchObject({ code: 0 });
  expect(readdirSync(inFile.path)).toEqual(['shop.yaml']);
  expect(inFile.text().endsWith(`---\n${inFolder.text('new-new.yaml')}`)).toBe(true);
  expect(await inFile.delegate(...words, '-f', 'shop.yaml')).toMatchObject({
    code: 0,
    stdout: 'httpproxy.projectcontour.io/root unchanged\n',
  });
});

test('the child is written before its use', async () => {
  const { delegate, path } = folder();
  const written: string[] = [];
  const watcher = watch(path, (_, name) => void written.push(name ?? ''));
  onTestFinished(() => watcher.close());
  const given = await delegate('shop.example.com/new', '--to=new/new', '--create', '-f', '.');
  expect(given.stdout).toBe('new-new.yaml:1 changed\nshop.yaml:13 changed\n');
  await eventually(() => expect(written).toContain('shop.yaml'));
  expect(written.filter((name) => name.startsWith('new-') || name === 'shop.yaml')[0]).toBe('new-new.yaml');
});

test('of files nothing is said of a controller, which nobody has asked', async () => {
  const { delegate } = folder();
  const given = await delegate('shop.example.com/new', '--to=cart/cart', '-f', '.');
  expect(given.stderr).toContain('check  ok   cart/cart exists');
  expect(given.stderr).not.toContain('controller');
});

test('what of the files cannot be read is told, where a host is not found and beside the checks', async () => {
  const { delegate, file } = folder();
  const template = original.replaceAll('fqdn: shop.example.com', 'fqdn: {{ .Values.host }}');
  writeFileSync(file, template);
  const { code, stdout, stderr } = await delegate('shop.example.com/new', '--to=cart/cart', '-f', '.');
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(
    /^error: no HTTPProxy has the host shop\.example\.com\nshop\.yaml:[0-9]+:[0-9]+: error: this is a template/,
  );
  expect(readFileSync(file, 'utf8')).toBe(template);
  const half = original.replace('fqdn: shop.example.com', 'fqdn: {{ .Values.host }}');
  writeFileSync(file, half);
  const other = await delegate('shop.example.com/new', '--to=cart/cart', '-f', '.', '--dry-run=client');
  expect(other.stderr).toMatch(
    /^check {2}warn not all of the files is known here: shop\.yaml:[0-9]+:[0-9]+: error: this/m,
  );
});

test('an object that is twice in one file is not told apart by naming the file', async () => {
  const { delegate, file } = folder();
  writeFileSync(file, `${original}---\n${original}`);
  const { code, stderr } = await delegate('shop.example.com/new', '--to=cart/cart', '-f', 'shop.yaml');
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^error: 2 objects are httpproxy shop\/root: one file has it twice, and only one of them can count: take the others out\n {2}shop.yaml:[0-9]+ {2}shop\/root\n {2}shop.yaml:[0-9]+ {2}shop\/root\n$/,
  );
  expect(readFileSync(file, 'utf8')).toBe(`${original}---\n${original}`);
});

test('a child that is made answers the prefix itself; one that does not is told of', async () => {
  const { delegate, path } = folder();
  const words = ['delegate', 'shop.example.com/new', '--to=new/new'];
  const given = await delegate(...words.slice(1), '--create', '--service=new:80', '-f', '.');
  expect(given.stderr).not.toContain('itself');
  const traced = await plugin.run(['trace', 'http://shop.example.com/new', '-f', '.'], { cwd: path });
  expect(traced.stdout).toMatch(/proxy new\/new .*<== decides/);
  await delegate('revoke', 'shop.example.com/new', '-f', '.');
  const file = join(path, 'new-new.yaml');
  const longer = readFileSync(file, 'utf8').replace(
    '- services:',
    '- conditions:\n        - prefix: /\n      services:',
  );
  writeFileSync(file, longer);
  const warned = await delegate(...words.slice(1), '-f', '.');
  expect(`${warned.stdout}${warned.stderr}`).toContain(
    'no route of new/new is for shop.example.com/new itself: HTTPProxy shop/root /spec/routes/1 (shop.yaml:16) goes on to answer it',
  );
});

test('standard input is a filter, a dry run and -o yaml write nothing', async () => {
  const { delegate, text } = folder();
  const words = ['shop.example.com/new', '--to=cart/cart'];
  const filtered = await plugin.run(['delegate', ...words, '-f', '-'], { stdin: original });
  expect(filtered.code).toBe(0);
  const printed = await delegate(...words, '-f', 'shop.yaml', '-o=yaml');
  expect(printed.stdout).toBe(filtered.stdout);
  expect(await delegate(...words, '-f', 'shop.yaml', '--dry-run=client')).toMatchObject({
    code: 0,
    stdout: 'shop.yaml:13 would change\n',
  });
  expect(text()).toBe(original);
  await delegate(...words, '-f', 'shop.yaml');
  expect(text()).toBe(filtered.stdout);
});

test('a certificate is lent and taken back in files', async () => {
  const { delegate, text } = folder();
  const given = await delegate('cert', 'wild', '-n=vault', '--to=shop,cart', '-f', '.', '-o=json');
  const file = new URL('../../../docs/schemas/delegation.schema.json', import.meta.url);
  const validate = new Ajv2020({ strict: false }).compile(JSON.parse(readFileSync(file, 'utf8')) as object);
  expect({ valid: validate(JSON.parse(given.stdout)), errors: validate.errors }).toEqual({ valid: true, errors: null });
  expect(text('vault-wild.yaml')).toContain('targetNamespaces:\n        - shop\n        - cart\n');
  expect(await delegate('revoke', 'cert', 'wild', '-n=vault', '--to=shop', '-f', '.')).toMatchObject({ code: 0 });
  expect(text('vault-wild.yaml')).not.toContain('shop');
});

test('a Secret that is in two entries is taken back from either', async () => {
  const { delegate, path } = folder();
  const entry = (target: string) => `    - { secretName: wild, targetNamespaces: [${target}] }\n`;
  const head =
    'apiVersion: projectcontour.io/v1\nkind: TLSCertificateDelegation\nmetadata: { name: w, namespace: vault }\nspec:\n  delegations:\n';
  writeFileSync(join(path, 'w.yaml'), head + entry('shop') + entry('cart'));
  expect(await delegate('revoke', 'cert', 'wild', '-n=vault', '--to=cart', '-f', '.')).toMatchObject({ code: 0 });
  expect(readFileSync(join(path, 'w.yaml'), 'utf8')).toBe(head + entry('shop'));
  const again = await delegate('revoke', 'cert', 'wild', '-n=vault', '--to=cart', '-f', '.');
  expect(again.stderr).toBe('error: Secret vault/wild is not lent to cart: it is lent to shop\n');
  const nobody = await delegate('revoke', 'cert', 'tame', '-n=vault', '--to=cart', '-f', '.');
  expect(nobody.stderr).toContain('See what is lent: ');
});

test.each<[string, readonly string[], string]>([
  [
    'a host that nobody has',
    ['shop.exmple.com/x', '--to=a/b'],
    'no HTTPProxy has the host shop.exmple.com; did you mean shop.example.com?',
  ],
  [
    'a host of Ingresses only',
    ['*.docs.example.com/x', '--to=a/b'],
    '*.docs.example.com has no root HTTPProxy that could include anything: it is served by Ingress docs/docs',
  ],
  [
    'a child that is missing',
    ['shop.example.com/x', '--to=a/b'],
    'HTTPProxy a/b not found (IncludeNotFound): --create makes a skeleton of it',
  ],
  [
    'the whole host where it is held',
    ['shop.example.com', '--to=cart/cart'],
    'shop.example.com/ is taken: it is held by HTTPProxy shop/root /spec/routes/1 (shop.yaml:16)',
  ],
  [
    'a prefix of another include',
    ['shop.example.com/api/pay', '--to=cart/cart'],
    'prefix /api/pay is delegated to pay/pay already (HTTPProxy shop/root /spec/includes/1, DuplicateMatchConditions)',
  ],
  [
    'a root as a child',
    ['shop.example.com/x', '--to=other/squatter'],
    'other/squatter has a virtualhost of its own, and a root cannot be included (RootIncludesRoot)',
  ],
  [
    'a circle',
    ['shop.example.com/api/cart/x', '--to=cart/cart', '--root=cart/cart'],
    'include cart/cart leads back to a proxy that is already on the way here; it is skipped (IncludeCreatesCycle)',
  ],
  [
    'conditions that contradict each other',
    ['shop.example.com/x', '--to=cart/cart', '-H', 'a=1', '-H', 'a=2'],
    'the conditions on header a can never hold together; the include is skipped (HeaderMatchConditionsNotValid)',
  ],
  [
    'an includer that is none',
    ['shop.example.com/x', '--to=cart/cart', '--root=cart/cart'],
    'cart/cart is neither the root of shop.example.com, which is shop/root, nor included for shop.example.com/x',
  ],
  [
    'a regex',
    ['shop.example.com/x.*', '--to=cart/cart'],
    '"shop.example.com/x.*" is no prefix: an include is narrowed by a plain prefix, by neither a regex nor an exact path (PathMatchConditionsNotValid)',
  ],
  [
    'a URL',
    ['https://shop.example.com/x', '--to=cart/cart'],
    '"https://shop.example.com/x" is a URL: write HOST/PREFIX, without its scheme',
  ],
  ['half a name', ['shop.example.com/x', '--to=a/b/c'], '--to takes NAMESPACE/NAME, not "a/b/c"'],
  [
    'a header that is none',
    ['shop.example.com/x', '--to=cart/cart', '-H', 'a b'],
    '-H takes NAME, !NAME or NAME=VALUE (also !=, *=, !*=, ~=), not "a b"',
  ],
  ['what was never given', ['revoke', 'shop.example.com/x'], 'shop.example.com/x is not delegated'],
  ['a Secret that is not lent', ['revoke', 'cert', 'wild', '--to=shop'], 'Secret default/wild is not lent to shop'],
  ['a namespace that is none', ['cert', 'wild', '--to=Shop'], `--to takes namespaces or '*', not "Shop"`],
])('%s', async (_, args, message) => {
  const { delegate, text } = folder();
  const { code, stdout, stderr } = await delegate(...args, '-f', 'shop.yaml');
  expect({ code, stdout, first: stderr.split('\n')[0] }).toEqual({ code: 1, stdout: '', first: `error: ${message}` });
  expect(text()).toBe(original);
});

test('a question that cannot be answered has an exit code of its own', async () => {
  const { delegate } = folder();
  expect(await delegate('check', 'shop.example.com/x', '-f', 'none.yaml')).toMatchObject({ code: 2, stdout: '' });
  expect(await delegate('check', '-f', 'shop.yaml')).toMatchObject({ code: 2, stdout: '' });
  expect(await delegate('check', 'shop.example.com/api/pay', '-f', 'shop.yaml')).toMatchObject({ code: 1 });
});

test('what of several files cannot be written undoes the others', () => {
  const { path, file } = folder();
  const other = join(path, 'other.yaml');
  writeFileSync(other, 'a: 1\n');
  chmodSync(other, 0o444);
  const saves = [
    { path: file, before: original, after: 'changed' },
    { path: join(path, 'new.yaml'), before: null, after: 'new' },
    { path: other, before: 'a: 1\n', after: 'a: 2\n' },
  ];
  expect(() => saveFiles(saves)).toThrow('other.yaml is read-only, nothing was written');
  expect(readFileSync(file, 'utf8')).toBe(original);
  expect(readdirSync(path).toSorted()).toEqual(['other.yaml', 'shop.yaml']);
});

test.each(['x=1', 'x!=1', 'x*=a b', 'x!*=1', 'x~=^a+$', 'x', '!x', ':method=GET'])(
  '-H %s is written as it is read',
  (text) => {
    const header = parseHeaderCondition(text, false);
    expect(isProblem(header) ? header : headerText(header)).toBe(text);
  },
);

test.each([
  ['shop.example.com', 'shop.example.com', ''],
  ['Shop.Example.com/API//v1/', 'shop.example.com', '/API/v1'],
  ['*.example.com/x', '*.example.com', '/x'],
])('%s is a target', (text, host, prefix) => {
  expect(parseTarget(text)).toEqual({ host, prefix });
});
