import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The Go module that pins the parts. */
export const moduleFolder = fileURLToPath(new URL('.', import.meta.url));

/** A program of the rig, and the Go package that it is built from. */
export interface Part {
  readonly name: string;
  readonly package: string;
}

export const parts: readonly Part[] = [
  { name: 'etcd', package: 'go.etcd.io/etcd/server/v3' },
  { name: 'kube-apiserver', package: 'k8s.io/kubernetes/cmd/kube-apiserver' },
  { name: 'kube-controller-manager', package: 'k8s.io/kubernetes/cmd/kube-controller-manager' },
  { name: 'kube-scheduler', package: 'k8s.io/kubernetes/cmd/kube-scheduler' },
  { name: 'kubectl', package: 'k8s.io/kubernetes/cmd/kubectl' },
  { name: 'kwok', package: 'sigs.k8s.io/kwok/cmd/kwok' },
  // Of this module.
  { name: 'streams', package: './streams' },
];

/** What kwok does with nodes and Pods, concatenated from its own module. */
export const stagesFile = 'kwok-stages.yaml';

export const stageSources = [
  'node/fast/node-initialize.yaml',
  'node/heartbeat-with-lease/node-heartbeat-with-lease.yaml',
  'pod/fast/pod-ready.yaml',
  'pod/fast/pod-complete.yaml',
  'pod/fast/pod-delete.yaml',
];

/** The flags of `go build`. A Kubernetes that was not told its version calls itself v0.0.0, which clients refuse. */
export function buildFlags(): readonly string[] {
  const pinned = /^\tk8s\.io\/kubernetes (v([0-9]+)\.([0-9]+)\.[0-9]+)/m;
  const [, version, major, minor] = pinned.exec(readFileSync(join(moduleFolder, 'go.mod'), 'utf8'))!;
  const known = { gitVersion: version, gitMajor: major, gitMinor: minor, gitTreeState: 'clean' };
  const settings = ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'].flatMap((place) =>
    Object.entries(known).map(([name, value]) => `-X ${place}.${name}=${value}`),
  );
  return ['-trimpath', '-buildvcs=false', '-mod=readonly', '-ldflags', ['-s', '-w', ...settings].join(' ')];
}

type Environment = Readonly<Record<string, string | undefined>>;

export function cacheFolder(env: Environment): string {
  const base = env['XDG_CACHE_HOME'];
  return join(base === undefined || base === '' ? join(homedir(), '.cache') : base, 'kubectl-contour');
}

/** Named after everything that the parts are made from, so that a part is never older than the tree. */
export function partsFolder(env: Environment): string {
  const hash = createHash('sha256').update(JSON.stringify([parts, stageSources, buildFlags(), process.arch]));
  for (const file of ['go.mod', 'go.sum', 'streams/main.go']) hash.update(readFileSync(join(moduleFolder, file)));
  return join(cacheFolder(env), `rig-${hash.digest('hex').slice(0, 12)}`);
}
