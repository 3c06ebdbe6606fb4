import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryDirectory } from '../files/temp-directory.ts';
import { builtPlugin, cleanEnv, finished, golden } from './built-plugin.ts';

const plugin = builtPlugin();
const shop = join(golden, 'shop.yaml');

/** What a shell makes of `$BIN`, which runs the plugin. */
async function shell(script: string, env: Readonly<Record<string, string>> = {}) {
  const bin = `${process.execPath} ${plugin.file}`;
  const options = { env: cleanEnv({ BIN: bin, SHOP: shop, ...env }), timeout: 20_000 };
  return finished(spawn('bash', ['-o', 'pipefail', '-c', script], options));
}

describe('standard input belongs to whoever reads it', () => {
  test('a loop that reads lines keeps its lines', async () => {
    const { stdout, code } = await shell(
      `printf 'one\\ntwo\\n' | while read -r word; do $BIN routes -f "$SHOP" --path /none 2>&1; echo "$word"; done`,
    );
    expect(code).toBe(0);
    expect(stdout.split('\n').filter((line) => line === 'one' || line === 'two')).toEqual(['one', 'two']);
  });

  test('it is no HOST', async () => {
    const { stdout } = await plugin.run(['routes', '-f', shop, '-o', 'name'], { stdin: 'nowhere.example.com\n' });
    expect(stdout).toContain('httpproxy.projectcontour.io/root');
  });

  test('-f - reads manifests from it', async () => {
    const stdin = `
apiVersion: projectcontour.io/v1
kind: HTTPProxy
metadata: { name: piped, namespace: a }
spec: { virtualhost: { fqdn: piped.example.com }, routes: [{ services: [{ name: s, port: 80 }] }] }
`;
    const { stdout } = await plugin.run(['routes', '-f', '-', '-o', 'wide'], { stdin });
    expect(stdout).toMatch(/piped\.example\.com .* <stdin>:5 /);
  });
});

describe('a boolean with a value', () => {
  test('--watch=false ends, and false is no HOST', async () => {
    const plain = await plugin.run(['routes', '-f', shop]);
    expect(await plugin.run(['routes', '--watch=false', '-A=false', '-f', shop])).toEqual(plain);
    expect(plain.code).toBe(0);
  });

  test('--no-headers=true leaves the headers out, and true is no HOST', async () => {
    const { stdout } = await plugin.run(['routes', '--no-headers=true', '-f', shop]);
    expect(stdout).not.toContain('HOST');
    expect(stdout).toContain('shop.example.com');
  });

  test('the last one counts', async () => {
    const { stdout } = await plugin.run(['routes', '-o', 'json', '-o=name', '-f', shop, '-n', 'a', '-n', 'cart']);
    expect(stdout).toBe('httpproxy.projectcontour.io/cart\n');
  });

  test('flags may stand before the command', async () => {
    const { stdout } = await plugin.run(['-n', 'cart', '-oname', 'routes', '-f', shop]);
    expect(stdout).toBe('httpproxy.projectcontour.io/cart\n');
  });
});

describe('errors', () => {
  const usage = "See 'kubectl contour routes --help' for usage.";
  test.each([
    [
      ['routes', '--bogus'],
      ['error: unknown flag: --bogus', usage],
    ],
    [
      ['routes', '--json'],
      ['error: unknown flag: --json', usage],
    ],
    [
      ['routes', '-wz'],
      ["error: unknown shorthand flag: 'z' in -wz", usage],
    ],
    [
      ['routes', 'a', 'b'],
      ['error: routes takes at most one argument, HOST: unexpected argument: b', usage],
    ],
    [
      ['trace', 'GET', 'a.test/', 'b'],
      [
        'error: trace takes at most 2 arguments, METHOD URL: unexpected argument: b',
        "See 'kubectl contour trace --help' for usage.",
      ],
    ],
    [
      ['canary', 'list', 'web'],
      [
        'error: canary list takes no argument: unexpected argument: web',
        "See 'kubectl contour canary list --help' for usage.",
      ],
    ],
    [
      ['canary', 'promote', '--weight', '20'],
      [
        'error: unknown flag: --weight; an object called "promote" is canary proxy/promote',
        "See 'kubectl contour canary promote --help' for usage.",
      ],
    ],
    [
      ['canary', 'promote', '--wieght', '20'],
      ['error: unknown flag: --wieght', "See 'kubectl contour canary promote --help' for usage."],
    ],
    [
      ['canary', 'stauts', 'web'],
      [
        'error: canary takes at most one argument, NAME: unexpected argument: web; did you mean "canary status"?',
        "See 'kubectl contour canary --help' for usage.",
      ],
    ],
    [
      ['canary', 'lsit'],
      [
        'error: --weight says what the canary gets: kubectl contour canary lsit --weight 10; did you mean "canary list"?',
        "See 'kubectl contour canary --help' for usage.",
      ],
    ],
    [
      ['delegate', 'chekc', 'shop.example.com/api'],
      [
        'error: delegate takes at most one argument, HOST/PREFIX: unexpected argument: shop.example.com/api; did you mean "delegate check"?',
        "See 'kubectl contour delegate --help' for usage.",
      ],
    ],
    [
      ['routes', '--closed'],
      ['error: --closed says how to read files: give -f too', usage],
    ],
    [
      ['routes', '-f', '-', '-w'],
      ['error: --watch cannot follow standard input', usage],
    ],
    [
      ['routes', '--debug-url', 'ftp://x'],
      ['error: --debug-url "ftp://x" is no address such as http://127.0.0.1:6060', usage],
    ],
    [
      ['routes', '--color', 'red'],
      ['error: --color is auto, always or never, not "red"', usage],
    ],
    [
      ['routes', '-o', 'xml'],
      [
        'error: unable to match a printer suitable for the output format "xml", allowed formats are: custom-columns,custom-columns-file,json,jsonpath,jsonpath-file,kyaml,name,table,wide,yaml',
        usage,
      ],
    ],
    [['routes', '-f', '/nowhere'], ['error: there is no file or folder /nowhere']],
    [
      ['rutes'],
      [
        'error: unknown command "rutes" for "kubectl contour"; did you mean "routes"?',
        "See 'kubectl contour --help' for usage.",
      ],
    ],
    [['zzz'], ['error: unknown command "zzz" for "kubectl contour"', "See 'kubectl contour --help' for usage."]],
  ])('%j says one line and exits 1', async (args, lines) => {
    expect(await plugin.run(args)).toEqual({ code: 1, stdout: '', stderr: `${lines.join('\n')}\n` });
  });

  test('as JSON they are a Status on standard error', async () => {
    const { code, stdout, stderr } = await plugin.run(['routes', '--bogus', '-o', 'json', '--error-format=json']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(JSON.parse(stderr)).toEqual({
      apiVersion: 'v1',
      kind: 'Status',
      metadata: {},
      status: 'Failure',
      message: 'unknown flag: --bogus',
      reason: 'BadRequest',
      code: 400,
    });
  });

  test('nothing readable is an error; half of it is not', async () => {
    const folder = temporaryDirectory();
    writeFileSync(join(folder, 'broken.yaml'), 'a: [1\n');
    const broken = await plugin.run(['routes', '-f', 'broken.yaml'], { cwd: folder });
    expect(broken).toMatchObject({ code: 1, stdout: '' });
    expect(broken.stderr).toMatch(/^error: nothing in broken\.yaml could be read\nbroken\.yaml:\d+:\d+: error: /);
    const half = await plugin.run(['routes', '-f', 'broken.yaml', '-f', shop, '-oname'], { cwd: folder });
    expect(half.code).toBe(0);
    expect(half.stdout).toContain('httpproxy.projectcontour.io/root');
    expect(half.stderr).toMatch(/^broken\.yaml:\d+:\d+: error: /);
  });

  test('an empty folder is an empty table', async () => {
    const run = await plugin.run(['routes', '-f', temporaryDirectory()]);
    expect(run).toEqual({ code: 0, stdout: '', stderr: 'No routes found.\n' });
  });
});

describe('a reader that leaves', () => {
  test('| head -1 ends in silence with 0', async () => {
    const hosts = Array.from({ length: 3000 }, (_, index) => `host-${index}.example.com`);
    const manifests = hosts.map((fqdn, index) => ({
      apiVersion: 'projectcontour.io/v1',
      kind: 'HTTPProxy',
      metadata: { name: `p${index}`, namespace: 'a' },
      spec: { virtualhost: { fqdn }, routes: [{ services: [{ name: 's', port: 80 }] }] },
    }));
    const folder = temporaryDirectory();
    writeFileSync(join(folder, 'many.yaml'), manifests.map((each) => JSON.stringify(each)).join('\n---\n'));
    const { code, stdout, stderr } = await shell(`$BIN routes -f "$DIR" | head -1`, { DIR: folder });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^HOST +MATCH +BACKEND/);
  });
});

describe('colour', () => {
  const hasColor = (text: string): boolean => text.includes('\u001b');
  test.each([
    ['a pipe', [], {}],
    ['a pipe, whatever FORCE_COLOR says to libraries', [], { FORCE_COLOR: '3' }],
    ['--color=never', ['--color=never'], {}],
  ])('none in %s', async (_, args, env) => {
    const { stdout } = await plugin.run(['routes', '-f', shop, ...args], { env });
    expect(stdout).toContain('invalid: IncludeNotFound');
    expect(hasColor(stdout)).toBe(false);
  });

  test('--color=always has it, and never in JSON', async () => {
    const table = await plugin.run(['routes', '-f', shop, '--color=always']);
    expect(table.stdout).toContain('\u001b[31minvalid: IncludeNotFound\u001b[39m');
    const json = await plugin.run(['routes', '-f', shop, '--color=always', '-ojson']);
    expect(hasColor(json.stdout)).toBe(false);
  });
});

describe('what tenants write does not steer the terminal', () => {
  const hostile = '\u001b]0;owned\u0007\u009b31m\u202egnp';
  const manifest = JSON.stringify({
    apiVersion: 'projectcontour.io/v1',
    kind: 'HTTPProxy',
    metadata: { name: `evil${hostile}`, namespace: 'a', annotations: { note: hostile } },
    spec: {
      virtualhost: { fqdn: 'evil.example.com' },
      routes: [
        {
          conditions: [{ prefix: `/${hostile}` }, { header: { name: 'x', exact: hostile } }],
          services: [{ name: 's', port: 80 }],
        },
        { conditions: [{ prefix: '/' }], services: [{ name: 's', port: 80 }] },
      ],
    },
  });

  test.each(['table', 'wide', 'json', 'yaml', 'name'])('-o %s', async (format) => {
    const { stdout, stderr } = await plugin.run(['routes', '-f', '-', '-o', format], { stdin: manifest });
    expect(stdout + stderr).toContain('evil');
    expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
  });

  test('nor do arguments that come back in errors', async () => {
    const { stderr } = await plugin.run(['routes', '-f', shop, `--${hostile}`]);
    expect(stderr).toContain('unknown flag');
    expect(stderr).not.toMatch(/[\u001b\u0080-\u009f]/);
  });
});

test('a full disk is one line', async () => {
  const { stderr, code } = await shell('$BIN routes -f "$SHOP" > /dev/full');
  expect(code).toBe(1);
  expect(stderr).toMatch(/^error: the answer cannot be written: ENOSPC.*\n$/);
});

test.each(['20.19.2', '22.9.0', '22.22.1'])('Node %s is told what is needed, in one line', async (version) => {
  const older = `Object.defineProperty(process.versions, 'node', { value: '${version}' })`;
  const { stderr, code } = await shell(`\${BIN/ / --import "data:text/javascript,$OLDER" } --version`, {
    OLDER: encodeURI(older),
  });
  expect(code).toBe(1);
  expect(stderr).toMatch(
    new RegExp(`^error: Node\\.js [0-9.]+ or later is needed on PATH, and this is ${version}\\n$`),
  );
});
