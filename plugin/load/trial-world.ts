import { pathOf } from '../../kubernetes/resources.ts';
import { loadManifests } from '../../files/load.ts';
import { ManifestSourceError } from '../../files/source-error.ts';
import { isKubernetesError } from '../../kubernetes/errors.ts';
import { inspectKeyPair } from '../../kubernetes/key-pair.ts';
import { createCompiler } from '../../routing/compile.ts';
import { defaultSettings } from '../../routing/graph/settings.ts';
import { refOf } from '../../routing/objects/kubernetes-object.ts';
import { refKey } from '../../routing/objects/ref.ts';
import { CommandFailure } from '../failure.ts';
import { faultLine } from '../output/faults.ts';
import type { TrialWorld } from '../services/delegate/world.ts';
import { rightOf } from '../services/rights.ts';
import { apiFailure, missingRight } from './api-failure.ts';
import { compileObjects } from './api-world.ts';
import type { Cluster } from './cluster.ts';
import { settingsOf, untold } from './controller-settings.ts';
import { findControllers } from './find-controllers.ts';
import { type Reach, readObjects } from './read-objects.ts';

/**
 * The objects of a cluster, with the settings of the controller that serves them. What may not be read in all namespaces
 * is read in those that are given. Rejects with CommandFailure.
 */
export async function clusterTrial(
  cluster: Cluster,
  namespaces: readonly string[],
  signal: AbortSignal,
): Promise<TrialWorld> {
  try {
    const [found, read] = await Promise.all([
      findControllers(cluster.raw, cluster.namespace, signal),
      readObjects(cluster.raw, namespaces, signal),
    ]);
    const pod = found.type === 'ours' ? found.pods[0] : found.type === 'contour' ? found.pod : null;
    const settings = pod === null ? untold : await settingsOf(cluster.raw, pod, signal);
    const world = await compileObjects(cluster.raw, read, settings, signal);
    return {
      local: world.local,
      rootNamespaces: settings.rootNamespaces,
      watchNamespaces: pod === null ? null : settings.watchNamespaces,
      unread: read.reaches.flatMap(unreadOf),
      missing: read.reaches.flatMap(missingOf),
      faults: [],
      apply: (changes) => world.apply(changes, signal),
    };
  } catch (error) {
    throw isKubernetesError(error) ? apiFailure(error, cluster.server, null) : error;
  }
}

function missingOf({ resource, namespaces }: Reach): readonly string[] {
  const right = rightOf('GET', pathOf(resource, null));
  return resource.kind !== 'HTTPProxy' || namespaces === null || right === null ? [] : missingRight(right);
}

function unreadOf({ resource, namespaces }: Reach): readonly string[] {
  if (namespaces === null) return [];
  return [namespaces.length === 0 ? resource.plural : `${resource.plural} outside of ${namespaces.join(', ')}`];
}

/** Manifests, with what a controller means by them that was told nothing. Rejects with CommandFailure. */
export async function filesTrial(
  paths: readonly string[],
  closed: boolean,
  readStdin: () => Promise<string>,
): Promise<TrialWorld> {
  try {
    const { objects: placed, faults } = await loadManifests(paths, readStdin);
    const compiler = createCompiler({ ...defaultSettings, closed }, { inspectKeyPair });
    const objects = new Map([...placed].map(([key, { object }]) => [key, object]));
    compiler.apply([...objects.values()].map((object) => ({ type: 'upsert', object })));
    const locate = (ref: Parameters<typeof refKey>[0], pointer: string) =>
      placed.get(refKey(ref))?.locate(pointer) ?? null;
    return {
      local: { graph: compiler.graph, objects, locate, programmed: () => null },
      rootNamespaces: [],
      watchNamespaces: null,
      unread: [],
      missing: [],
      faults: faults.filter(({ severity }) => severity === 'error').map(faultLine),
      async apply(changes) {
        for (const change of changes) {
          if (change.type === 'upsert') objects.set(refKey(refOf(change.object)), change.object);
          else objects.delete(refKey(change.ref));
        }
        compiler.apply(changes);
      },
    };
  } catch (error) {
    if (error instanceof ManifestSourceError) throw new CommandFailure(error.message, [], { cause: error });
    throw error;
  }
}
