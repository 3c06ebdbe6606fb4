import { expect, test } from 'vitest';
import { parseManifests } from '../../files/manifests.ts';
import { refOf } from '../../routing/objects/kubernetes-object.ts';
import { refKey } from '../../routing/objects/ref.ts';
import { proxy, service, stream } from './manifest-text.ts';

function keysOf(text: string): readonly string[] {
  return parseManifests('a.yaml', text).objects.map(({ object }) => refKey(refOf(object)));
}

test('documents, comments, empty documents and end markers', () => {
  const text = `# first\n---\n${service('a')}...\n# between\n---\n---\n# nothing\n---\n${service('b')}`;
  expect(keysOf(text)).toEqual(['Service/shop/a', 'Service/shop/b']);
  expect(parseManifests('a.yaml', text)).toMatchObject({ parsed: true, faults: [] });
});

test.each([
  ['', true],
  ['# only a comment\n', true],
  ['---\n', true],
  ['\n\n---\n---\n', true],
])('%j holds nothing', (text, parsed) => {
  expect(parseManifests('a.yaml', text)).toMatchObject({ objects: [], faults: [], parsed });
});

test('a document that does not parse before a template is filled in says that it is one', () => {
  const template = service('a').replace('name: a', 'name: {{ .Values.name }}');
  const { parsed, faults } = parseManifests('a.yaml', stream(service('b'), template));
  expect(parsed).toBe(false);
  expect(faults[0]?.message).toMatch(/^this is a template/);
  expect(faults[0]?.line).toBe(
    stream(service('b'), template)
      .slice(0, stream(service('b'), template).indexOf('{{'))
      .split('\n').length,
  );
  const quoted = service('a').replace('name: a', 'name: a\n  annotations: { note: "{{ x }}" }');
  expect(parseManifests('a.yaml', quoted)).toMatchObject({ parsed: true, faults: [] });
});

test('a byte order mark, CRLF and JSON change nothing', () => {
  const plain = service('a');
  const json = JSON.stringify(
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a', namespace: 'shop' }, spec: { ports: [{ port: 80 }] } },
    null,
    2,
  );
  const [expected] = parseManifests('a', plain).objects;
  for (const text of [`\uFEFF${plain}`, plain.replaceAll('\n', '\r\n'), json]) {
    expect(parseManifests('a', text).objects.map(({ object }) => object)).toEqual([expected?.object]);
  }
});

test('CRLF between documents keeps positions true', () => {
  const parsed = parseManifests('a.yaml', stream(service('a'), service('b')).replaceAll('\n', '\r\n'));
  expect(parsed.objects[1]?.locate('/metadata/name')).toEqual({ file: 'a.yaml', line: 13, column: 3 });
});

test('a directive belongs to the document that follows it', () => {
  expect(keysOf(`%YAML 1.2\n---\n${service('a')}...\n%YAML 1.2\n---\n${service('b')}`)).toEqual([
    'Service/shop/a',
    'Service/shop/b',
  ]);
});

test('items of a List are objects of their own, located in the file', () => {
  const indented = (text: string): string => `- ${text.trimEnd().replaceAll('\n', '\n  ')}\n`;
  const parsed = parseManifests(
    'l.yaml',
    `apiVersion: v1\nkind: List\nitems:\n${indented(service('a'))}${indented(proxy('p', ['a']))}`,
  );
  expect(parsed.faults).toEqual([]);
  expect(parsed.objects.map(({ object }) => object.kind)).toEqual(['Service', 'HTTPProxy']);
  expect(parsed.objects[1]?.locate('/spec/virtualhost/fqdn')).toEqual({ file: 'l.yaml', line: 19, column: 7 });
  expect(parsed.objects[1]?.locate('')).toEqual({ file: 'l.yaml', line: 12, column: 3 });
});

test("a ServiceList names its items' kind; an empty List is empty", () => {
  const list = {
    apiVersion: 'v1',
    kind: 'ServiceList',
    items: [{ metadata: { name: 'a', namespace: 'n' }, spec: { ports: [{ port: 1 }] } }],
  };
  expect(keysOf(JSON.stringify(list))).toEqual(['Service/n/a']);
  expect(parseManifests('a', 'apiVersion: v1\nkind: List\nitems: []\n')).toMatchObject({ objects: [], faults: [] });
});

test('locate gives the key, the item, or the nearest ancestor that is written', () => {
  const [placed] = parseManifests('p.yaml', `# a comment\n${proxy('p', ['a', 'b'])}`).objects;
  expect(placed?.locate('')).toEqual({ file: 'p.yaml', line: 2, column: 1 });
  expect(placed?.locate('/spec/routes/1')).toEqual({ file: 'p.yaml', line: 16, column: 5 });
  expect(placed?.locate('/spec/routes/1/services/0/port')).toEqual({ file: 'p.yaml', line: 20, column: 7 });
  expect(placed?.locate('/spec/routes/1/timeoutPolicy/response')).toEqual({ file: 'p.yaml', line: 16, column: 5 });
  expect(placed?.locate('/spec/nothing/0')).toEqual({ file: 'p.yaml', line: 7, column: 1 });
});

test('a key with a slash or a tilde is found by its escaped token', () => {
  const text = service('a').replace('  name: a\n', '  name: a\n  annotations:\n    a/b~c: x\n');
  expect(parseManifests('a', text).objects[0]?.locate('/metadata/annotations/a~1b~0c')).toMatchObject({
    line: 6,
    column: 5,
  });
});

test('a duplicate key is an error at the second of them, and the file did not parse', () => {
  const text = stream(service('a'), service('b').replace('  name: b\n', '  name: b\n  name: c\n'));
  const parsed = parseManifests('a.yaml', text);
  expect(parsed.parsed).toBe(false);
  expect(parsed.faults).toMatchObject([{ file: 'a.yaml', line: 14, column: 3, severity: 'error' }]);
  expect(parsed.faults[0]?.message).toContain('"name" appears twice');
  expect(parsed.objects.map(({ object }) => object.metadata.name)).toEqual(['a']);
});

test.each([
  ['an open quote', 'apiVersion: v1\nkind: "Service\n', 2],
  ['a tab as indent', 'apiVersion: v1\nmetadata:\n\tname: a\n', 3],
  ['a bad indent', 'apiVersion: v1\nmetadata:\n    name: a\n  namespace: b\n', 4],
  ['an open bracket', 'apiVersion: v1\nspec: [1, 2\nkind: x\n', 2],
  ['a colon inside a value', 'apiVersion: v1\nkind: a: b\n', 2],
  ['an unknown alias', 'apiVersion: v1\nkind: *nobody\n', 2],
  ['a merge of no map', 'apiVersion: v1\nx: &x 1\ny:\n  <<: *x\n', 1],
])('%s is one error with its line', (_, text, line) => {
  const parsed = parseManifests('a.yaml', stream(service('ok'), text));
  expect(parsed.parsed).toBe(false);
  expect(parsed.faults).toHaveLength(1);
  expect(parsed.faults[0]?.severity).toBe('error');
  expect(parsed.faults[0]?.line).toBeGreaterThanOrEqual(line + 9);
  expect(parsed.objects).toHaveLength(1);
});

test('no fault quotes a value', () => {
  const secrets = [
    '"se\\qcret"',
    '"s3cret',
    '@s3cret',
    '!s3cret x',
    '[s3cret}',
    's3cret: s3cret: x',
    '- s3cret',
    '|s3cret\n x',
  ];
  for (const value of secrets) {
    const { faults } = parseManifests('a.yaml', `apiVersion: v1\nkind: Secret\ndata:\n  key: ${value}\n`);
    expect(faults.length, value).toBeGreaterThan(0);
    expect(JSON.stringify(faults), value).not.toContain('cret"');
    expect(JSON.stringify(faults), value).not.toContain('s3cret');
  }
});

test('anchors, aliases and merges are read', () => {
  const text = service('a').replace('  name: a\n', '  <<: &m {name: a}\n') + 'x-y: *m\n';
  expect(keysOf(text)).toEqual(['Service/shop/a']);
});

test('aliases that multiply are a fault, quickly', () => {
  const laughs = Array.from(
    { length: 12 },
    (_, level) =>
      `a${level}: &a${level} [${Array(9)
        .fill(level === 0 ? 'ha' : `*a${level - 1}`)
        .join(',')}]`,
  );
  const many = ['a: &a x', 'b:', ...Array.from({ length: 100_000 }, () => '- *a')];
  for (const lines of [laughs, many]) {
    const started = performance.now();
    const parsed = parseManifests('a.yaml', `${lines.join('\n')}\n`);
    expect(parsed).toMatchObject({ parsed: false, objects: [] });
    expect(parsed.faults[0]?.message).toContain('multiply');
    expect(performance.now() - started).toBeLessThan(5_000);
  }
});

test('nesting without end is a fault', () => {
  for (const text of ['['.repeat(50_000), `a: ${'['.repeat(1_000)}${']'.repeat(1_000)}\n`]) {
    expect(parseManifests('a.yaml', text)).toMatchObject({ parsed: false, objects: [] });
  }
});

test('booleans as kubectl reads them', () => {
  const text = proxy('p', ['a']).replace('    services:\n', '    permitInsecure: yes\n    services:\n');
  const [placed] = parseManifests('a.yaml', text).objects;
  expect(placed?.object.problems).toEqual([]);
  expect(placed?.object).toMatchObject({ spec: { routes: [{ permitInsecure: true }] } });
});

test('what is no object says so', () => {
  for (const text of ['hello\n', '- a\n', 'kind: Service\n', 'apiVersion: v1\nkind: Service\nmetadata: {}\n']) {
    const parsed = parseManifests('a.yaml', text);
    expect(parsed.parsed, text).toBe(true);
    expect(parsed.faults, text).toMatchObject([{ file: 'a.yaml', severity: 'error' }]);
  }
});

test("a kind nobody knows is a warning where it is near one of ours, and quiet where it is another's", () => {
  const faults = (apiVersion: string, kind: string) =>
    parseManifests('a.yaml', `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata:\n  name: x\n`).faults;
  expect(faults('projectcontour.io/v1', 'HTTProxy')).toMatchObject([{ line: 2, column: 1, severity: 'warning' }]);
  expect(faults('projectcontour.io/v1', 'HTTProxy')[0]?.message).toContain('HTTPProxy');
  expect(faults('apps/v1', 'Deployment')).toEqual([]);
  expect(faults('test.kubectl-contour.io/v1', 'Expectations')).toEqual([]);
});

test('a kind that is not served yet is a warning that names the form to use', () => {
  const { faults } = parseManifests(
    'a.yaml',
    'apiVersion: contour.heptio.com/v1beta1\nkind: IngressRoute\nmetadata:\n  name: x\n',
  );
  expect(faults).toMatchObject([{ line: 2, severity: 'warning' }]);
  expect(faults[0]?.message).toContain('HTTPProxy');
});

test('problems of decoding are located in the file', () => {
  const text = stream(
    service('a'),
    proxy('p', ['a']).replace('      port: 80\n', '      port: eighty\n      wieght: 3\n'),
  );
  const placed = parseManifests('a.yaml', text).objects[1];
  const places = placed?.object.problems.map(({ reason, pointer }) => ({ reason, ...placed.locate(pointer) }));
  expect(places).toEqual(
    expect.arrayContaining([
      { reason: 'WrongType', file: 'a.yaml', line: 23, column: 7 },
      { reason: 'UnknownField', file: 'a.yaml', line: 24, column: 7 },
    ]),
  );
});

test('an edit of one document keeps every other object, and their positions stay true', () => {
  const names = Array.from({ length: 50 }, (_, index) => `s${index}`);
  const before = parseManifests('a.yaml', stream(...names.map((name) => service(name))));
  const edited = stream(
    ...names.map((name) => (name === 's3' ? `# one more line\n${service(name, 81)}` : service(name))),
  );
  const after = parseManifests('a.yaml', edited, before);
  const same = after.objects.filter(({ object }, index) => object === before.objects[index]?.object);
  expect(same).toHaveLength(49);
  expect(after.objects[4]?.locate('').line).toBe(before.objects[4]!.locate('').line + 1);
});

test('10 MB is read, and an edit in it costs one document', { timeout: 60_000 }, () => {
  const names = Array.from({ length: 10_000 }, (_, index) => `p${index}`);
  const services = Array.from({ length: 10 }, (_, index) => `service-${index}`);
  const text = (last: string) => stream(...names.map((name) => proxy(name, services)), service(last));
  expect(text('a').length).toBeGreaterThan(10_000_000);
  const before = parseManifests('a.yaml', text('a'));
  expect(before).toMatchObject({ parsed: true, faults: [] });
  expect(before.objects).toHaveLength(10_001);
  const started = performance.now();
  const after = parseManifests('a.yaml', text('b'), before);
  expect(performance.now() - started).toBeLessThan(1_000);
  expect(after.objects[10_000]?.object.metadata.name).toBe('b');
  expect(after.objects[9_999]?.object).toBe(before.objects[9_999]?.object);
});
