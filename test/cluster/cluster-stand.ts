import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { kubeconfigOutside } from '../rig/reach.ts';
import { type Rig, startRig } from '../rig/rig.ts';
import { inside } from '../rig/run.ts';

const crds = fileURLToPath(new URL('../../crds', import.meta.url));

/** A rig that knows our kinds. */
export interface ClusterStand {
  readonly rig: Rig;
  /** For files of the test, until it is closed. */
  readonly folder: string;
  /** Of the administrator. */
  readonly kubeconfig: string;
  /** In the namespace `shop`, which has a Service `web`. */
  kubectl(...words: readonly string[]): Promise<string>;
  apply(...objects: readonly object[]): Promise<string>;
  close(): Promise<void>;
}

export async function openClusterStand(name: string): Promise<ClusterStand> {
  const rig = await startRig({ name: `${name}-${process.pid}`, env: process.env, say: () => {} });
  const folder = mkdtempSync(join(tmpdir(), `contour-${name}-`));
  const outside = await kubeconfigOutside(rig);
  const kubeconfig = join(folder, 'admin');
  writeFileSync(kubeconfig, outside.text, { mode: 0o600 });
  const kubectl = (...words: readonly string[]) => inside(rig, ['kubectl', '-n', 'shop', ...words]);
  await furnish(kubectl);
  return {
    rig,
    folder,
    kubeconfig,
    kubectl,
    apply: (...objects) =>
      inside(
        rig,
        ['kubectl', 'apply', '--server-side', '--force-conflicts', '-f', '-'],
        objects.map((object) => JSON.stringify(object)).join('\n---\n'),
      ),
    async close() {
      outside.close();
      await rig.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

async function furnish(kubectl: ClusterStand['kubectl']): Promise<void> {
  for (const file of readdirSync(crds).filter((name) => name.endsWith('.yaml')))
    await kubectl('apply', '--server-side', '-f', join(crds, file));
  await kubectl('wait', '--for=condition=Established', 'crd', '--all', '--timeout=20s');
  for (const name of ['shop', 'neighbour', 'projectcontour']) await kubectl('create', 'namespace', name);
  await kubectl('create', 'service', 'clusterip', 'web', '--tcp=80');
}
