import { describe, expect, onTestFinished, test } from 'vitest';
import { catalogue } from '../../../plugin/command-line/catalogue.ts';
import { debugEndpoint, reportHead } from '../debug-endpoint.ts';
import { type Asked, sendStatus } from '../fake-api.ts';
import { runHere } from './run-here.ts';
import { world } from './samples.ts';
import { worldApi } from './world-api.ts';

const having = (flag: string) =>
  catalogue.filter(({ flags }) => flags.some(({ name }) => name === flag)).map(({ name }) => name);

interface Report {
  readonly items: readonly { readonly source: { readonly namespace: string; readonly name: string } }[];
}
const objectsIn = (stdout: string) => [
  ...new Set((JSON.parse(stdout) as Report).items.map(({ source: { namespace, name } }) => `${namespace}/${name}`)),
];

test('what selects by labels selects by fields, and the other way round', () => {
  expect(having('selector')).toEqual(['routes', 'status']);
  expect(having('field-selector')).toEqual(having('selector'));
});

describe.each(having('field-selector'))('%s --field-selector', (name) => {
  const run = (selector: string, ...more: readonly string[]) =>
    runHere([name, '-f', world, '-ojson', '--field-selector', selector, ...more]);

  test.each([
    ['metadata.name=web', ['shop/web']],
    ['metadata.name==web', ['shop/web']],
    ['metadata.namespace!=shop,metadata.name!=green', ['cart/cart']],
    ['metadata.namespace=shop,metadata.name=plain', ['shop/plain']],
    ['metadata.name=web,', ['shop/web']],
    ['metadata.name=we\\,b', []],
    ['metadata.name=', []],
  ])('%s', async (selector, expected) => {
    const { code, stdout, stderr } = await run(selector);
    expect({ code }, stderr).toEqual({ code: 0 });
    expect(objectsIn(stdout)).toEqual(expected);
  });

  test('nothing selects everything', async () => {
    expect(objectsIn((await run('')).stdout).length).toBeGreaterThan(3);
  });

  test.each([
    ['spec.x=1', 'field label not supported: spec.x'],
    ['metadata.labels=1', 'field label not supported: metadata.labels'],
    ['metadata.name', "invalid selector: 'metadata.name'; can't understand 'metadata.name'"],
  ])('%s is refused', async (selector, why) => {
    const { code, stdout, stderr } = await run(selector);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toBe(`error: ${why}\nSee 'kubectl contour ${name} --help' for usage.\n`);
  });
});

const proxy = (name: string, labels?: Readonly<Record<string, string>>) => ({
  apiVersion: 'projectcontour.io/v1',
  kind: 'HTTPProxy',
  metadata: { namespace: 'lab', name, ...(labels === undefined ? {} : { labels }) },
  spec: { virtualhost: { fqdn: `${name}.test` }, routes: [{ services: [{ name: 'a', port: 80 }] }] },
});

async function labelled(...words: readonly string[]) {
  const labels = { team: 'cart', 'example.com/tier': 'edge' };
  const api = await worldApi(proxy('with', labels), proxy('without'), proxy('odd', { team: 'a\u001b[2Jb' }));
  onTestFinished(api.close);
  const { code, stdout, stderr } = await runHere([...words, '-n', 'lab', '-s', api.url]);
  expect(code, stderr).toBe(0);
  return stdout;
}
const isLabels = ({ headers }: Asked) => headers.accept?.includes('PartialObjectMetadataList') === true;
/** Cells may be empty: they are cut where the headers begin. */
function cells(stdout: string): readonly (readonly string[])[] {
  const [head = '', ...rows] = stdout.trimEnd().split('\n');
  const starts = [...head.matchAll(/\S+/g)].map(({ index }) => index);
  return [head, ...rows].map((row) => starts.map((start, at) => row.slice(start, starts[at + 1]).trim()));
}

test('every command with a selector asks the API server for it', async () => {
  for (const name of having('selector'))
    expect(objectsIn(await labelled(name, '-l', 'team=cart', '-ojson'))).toEqual(['lab/with']);
});

test('status --show-labels has a last column with all, and -L one for each', async () => {
  const shown = (rows: readonly (readonly string[])[]) => rows.map((row) => [row[2], ...row.slice(7)]);
  expect(shown(cells(await labelled('status', '--show-labels')))).toEqual([
    ['NAME', 'LABELS'],
    ['odd', 'team=a^[[2Jb'],
    ['with', 'example.com/tier=edge,team=cart'],
    ['without', '<none>'],
  ]);
  expect(
    shown(cells(await labelled('status', '-L', 'team,example.com/tier', '--show-labels', '-l', 'team=cart'))),
  ).toEqual([
    ['NAME', 'TEAM', 'TIER', 'LABELS'],
    ['with', 'cart', 'edge', 'example.com/tier=edge,team=cart'],
  ]);
  const wide = cells(await labelled('status', '-owide', '-Lteam', '-L', 'none'));
  expect(wide[0]?.slice(-3)).toEqual(['GENERATION', 'TEAM', 'NONE']);
  expect(wide[2]?.slice(-2)).toEqual(['cart', '']);
});

test.each([['routes'], ['status']])('%s -l -w ends where labels may not be read', async (name) => {
  const api = await worldApi(proxy('with', { team: 'cart' }));
  onTestFinished(api.close);
  const answer = api.answers.get('*');
  api.answers.set('*', (response, asked) =>
    isLabels(asked) ? sendStatus(response, 403, 'Forbidden', 'no list for kim') : answer?.(response, asked),
  );
  const ran = await runHere([name, '-w', '-l', 'team=cart', '-n', 'lab', '-s', api.url]);
  expect(ran).toMatchObject({ code: 1, stdout: '' });
  expect(ran.stderr).toMatch(/^Error from server \(Forbidden\): no list for kim\nThe right to list httpproxies/);
});

test('status -l --wait ends in its time though the list of labels stalls', async () => {
  const api = await worldApi(proxy('with', { team: 'cart' }));
  onTestFinished(api.close);
  const answer = api.answers.get('*');
  api.answers.set('*', (response, asked) => (isLabels(asked) ? undefined : answer?.(response, asked)));
  const ran = await runHere(['status', '-l', 'team=cart', '--wait', '--timeout=2s', '-n', 'lab', '-s', api.url]);
  expect(api.asked.some(isLabels)).toBe(true);
  expect(ran).toMatchObject({ code: 2, stdout: '' });
  expect(ran.stderr).toMatch(/error: no status came within 2s\nWait for longer with --timeout\.\n$/);
});

test.each([
  ['routes', ['-l', 'a=b'], '-l selects by labels'],
  ['status', ['-l', 'a=b'], '-l selects by labels'],
  ['status', ['--show-labels'], '--show-labels shows labels'],
  ['status', ['-L', 'a'], '-L shows labels'],
])('%s %j of who does not know labels', async (name, flags, why) => {
  const endpoint = await debugEndpoint({ ...reportHead('StatusReport'), items: [] });
  for (const from of [
    ['--debug-url', endpoint.url],
    ['-f', world],
  ]) {
    const { code, stdout, stderr } = await runHere([name, ...flags, ...from]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toBe(`error: ${why}, and only the API server knows them: ask a cluster\n`);
  }
});

test('status takes names or a selector', async () => {
  for (const flags of [
    ['-l', 'a=b'],
    ['--field-selector', 'metadata.name=web'],
  ]) {
    const { code, stderr } = await runHere(['status', 'web', '-f', world, ...flags]);
    expect({ code }).toEqual({ code: 1 });
    expect(stderr).toMatch(/^error: name cannot be provided when a selector is specified\n/);
  }
});
