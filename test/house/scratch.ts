import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from '../../scripts/root.ts';

/** The folders whose walls are guarded, each with what design lets it import. */
export const rooms: ReadonlyMap<string, readonly string[]> = new Map([
  ['routing/objects', []],
  ['routing/store', ['routing/objects']],
  ['routing/graph', ['routing/objects']],
  ['routing/match', ['routing/objects', 'routing/graph']],
  ['routing', ['routing/objects', 'routing/store', 'routing/graph', 'routing/match']],
  ['xds/proto', []],
  ['xds/snapshot', ['xds/proto']],
  ['xds/envoy', ['routing/objects', 'routing/graph', 'xds/proto']],
  ['xds/serve', ['xds/snapshot', 'xds/proto']],
  ['kubernetes', ['routing/objects']],
  ['files', ['routing/objects']],
  [
    'controller',
    [
      'routing',
      'routing/objects',
      'routing/store',
      'routing/graph',
      'routing/match',
      'xds/envoy',
      'xds/snapshot',
      'xds/serve',
      'kubernetes',
      'files',
    ],
  ],
  [
    'plugin',
    [
      'routing',
      'routing/objects',
      'routing/store',
      'routing/graph',
      'routing/match',
      'xds/envoy',
      'kubernetes',
      'files',
    ],
  ],
]);

/** A copy of the project's configuration without its code, to put code of one's own in. */
export function createScratch(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'kubectl-contour-house-'));
  for (const file of ['package.json', 'tsconfig.json', 'tsconfig.base.json', 'oxlint.config.ts', 'scripts/lint'])
    cpSync(path.join(root, file), path.join(folder, file), { recursive: true });
  for (const room of [...rooms.keys(), 'scripts', 'bench', 'test']) {
    mkdirSync(path.join(folder, room), { recursive: true });
    cpSync(path.join(root, room, 'tsconfig.json'), path.join(folder, room, 'tsconfig.json'));
  }
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  return folder;
}

export function put(folder: string, files: ReadonlyMap<string, string>): void {
  for (const [name, text] of files) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
}

/** What a tool of node_modules/.bin prints when it is run in a folder, whatever its exit code. */
function run(folder: string, tool: string, args: readonly string[]): Promise<string> {
  return new Promise((done, fail) => {
    const options = { cwd: folder, timeout: 60_000, maxBuffer: 64 * 1024 * 1024 };
    execFile(path.join(root, 'node_modules', '.bin', tool), args, options, (error, stdout, stderr) => {
      if (error !== null && typeof error.code !== 'number') fail(new Error(`${tool} did not end by itself: ${stderr}`));
      else done(stdout);
    });
  });
}

interface LintReport {
  readonly diagnostics: readonly { readonly code: string; readonly filename: string }[];
}

/** The rules that oxlint finds broken, by file. */
export async function lint(folder: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const { diagnostics } = JSON.parse(await run(folder, 'oxlint', ['--format', 'json'])) as LintReport;
  const found = new Map<string, readonly string[]>();
  for (const { filename, code } of diagnostics) found.set(filename, [...(found.get(filename) ?? []), code]);
  return found;
}

export interface Refusals {
  /** Files with an error of any kind. */
  readonly files: ReadonlySet<string>;
  /** `from -> to`, where project `from` imports a file of a project that it does not refer to. */
  readonly imports: ReadonlySet<string>;
}

/** What the compiler refuses. It reports an import from outside once for a project, whoever imports it. */
export async function compile(folder: string): Promise<Refusals> {
  const output = await run(folder, 'tsc', ['-b', '--pretty', 'false']);
  const outside = /error TS6307: File '([^']+)' is not listed within the file list of project '([^']+)'/g;
  const room = (file: string | undefined) => path.relative(folder, path.dirname(file ?? ''));
  return {
    files: new Set([...output.matchAll(/^([^\s(]+)\(\d+,\d+\): error/gm)].map(([, file]) => file ?? '')),
    imports: new Set([...output.matchAll(outside)].map(([, to, from]) => `${room(from)} -> ${room(to)}`)),
  };
}
