import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Fault } from '../../controller/fault.ts';
import { buildParts } from './parts/build.ts';
import { buildFlags, parts, partsFolder, stageSources } from './parts/parts.ts';

// Takes the place of Go on PATH: writes what it is asked to build and remembers how it was asked.
const fakeGo = `#!/bin/sh
echo "$@" >>"$FAKE/calls"
case "$1" in
  version) exit 0 ;;
  mod) [ "$2" = download ] && echo '{"Dir": "'"$FAKE/kwok"'"}'; exit ;;
esac
[ ! -e "$FAKE/broken" ] || { echo 'no space' >&2; exit 1; }
while [ "$1" != -o ]; do shift; done
target=$2
shift 2
for package; do
  name=$(basename "\${package%/v3}")
  echo "$package" >"$target$name"
done
`;

let folder: string;
let env: Record<string, string | undefined>;
const path = process.env['PATH'] ?? '';
const names = parts.map((part) => part.name).toSorted();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'contour-parts-'));
  for (const source of stageSources) {
    const file = join(folder, 'kwok/kustomize/stage', source);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, `kind: Stage # ${source}\n`);
  }
  mkdirSync(join(folder, 'bin'));
  writeFileSync(join(folder, 'bin/go'), fakeGo);
  chmodSync(join(folder, 'bin/go'), 0o755);
  process.env['PATH'] = [join(folder, 'bin'), path].join(delimiter);
  process.env['FAKE'] = folder;
  env = { XDG_CACHE_HOME: join(folder, 'cache') };
});

afterEach(() => {
  process.env['PATH'] = path;
  delete process.env['FAKE'];
  rmSync(folder, { recursive: true });
});

const build = () => buildParts({ env, say: () => {} });
const calls = () => readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n');

it('tells Kubernetes the version that is pinned', () => {
  const flags = buildFlags().join(' ');
  expect(flags).toMatch(/-X k8s\.io\/component-base\/version\.gitVersion=v1\.36\.[0-9]+ /);
  expect(flags).toContain('-X k8s.io/component-base/version.gitMinor=36 ');
  expect(flags).toContain('-X k8s.io/client-go/pkg/version.gitMajor=1 ');
});

it('builds every part once, under its own name', async () => {
  const built = await build();
  const place = partsFolder(env);
  expect(built).toEqual({ folders: [place], stages: join(place, 'kwok-stages.yaml') });
  expect(readdirSync(place).toSorted()).toEqual([...names, 'kwok-stages.yaml'].toSorted());
  expect(readFileSync(join(place, 'etcd'), 'utf8')).toBe('go.etcd.io/etcd/server/v3\n');
  expect(readFileSync(built.stages, 'utf8').match(/^kind: Stage/gm)).toHaveLength(stageSources.length);

  const before = calls();
  expect(await build()).toEqual(built);
  expect(calls()).toEqual(before);
});

it('builds again what is missing, and nothing else', async () => {
  await build();
  rmSync(join(partsFolder(env), 'kwok'));
  await build();
  expect(calls().at(-1)).toMatch(/ sigs\.k8s\.io\/kwok\/cmd\/kwok$/);
  expect(calls().at(-1)).not.toContain('kube-apiserver');
  expect(existsSync(join(partsFolder(env), 'kwok'))).toBe(true);
});

it('leaves nothing half built where Go fails, and says what Go said', async () => {
  writeFileSync(join(folder, 'broken'), '');
  await expect(build()).rejects.toThrow(/^go build in .* failed \(1\): no space$/);
  expect(readdirSync(join(folder, 'cache/kubectl-contour'))).toEqual([]);
});

it('takes away what a build left that was killed', async () => {
  const left = join(folder, 'cache/kubectl-contour/rig-building-999999999');
  mkdirSync(left, { recursive: true });
  await build();
  expect(existsSync(left)).toBe(false);
});

it('takes etcd and kube-apiserver from KUBEBUILDER_ASSETS', async () => {
  const given = join(folder, 'given');
  env['KUBEBUILDER_ASSETS'] = given;
  await expect(build()).rejects.toThrow(new Fault(`KUBEBUILDER_ASSETS is ${given}, which holds no etcd`));
  mkdirSync(given);
  for (const name of ['etcd', 'kube-apiserver']) writeFileSync(join(given, name), '');
  const built = await build();
  expect(built.folders).toEqual([given, partsFolder(env)]);
  expect(readdirSync(partsFolder(env))).not.toContain('etcd');
});

it('says what to install where Go is missing', async () => {
  process.env['PATH'] = join(folder, 'cache');
  await expect(build()).rejects.toThrow('built with Go 1.26 or later');
});
