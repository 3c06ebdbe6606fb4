import type { KubernetesClient } from '../../kubernetes/client.ts';
import { inspectKeyPair } from '../../kubernetes/key-pair.ts';
import { createCompiler, type Compiler } from '../../routing/compile.ts';
import { defaultSettings, type CompileSettings } from '../../routing/graph/settings.ts';
import { type Change, type KubernetesObject, refOf } from '../../routing/objects/kubernetes-object.ts';
import { refKey, type RefKey } from '../../routing/objects/ref.ts';
import type { LocalWorld } from '../source.ts';
import type { ControllerSettings } from './controller-settings.ts';
import { type Inclusions, unseen, unseenRoots } from './unseen-roots.ts';
import { readInOf, type ReadObjects, readSecrets } from './read-objects.ts';

/** Objects of the API server, compiled here and kept so. */
export interface ApiWorld {
  readonly local: LocalWorld;
  /** Namespaces of which a Secret that is named may not be read. */
  readonly secretsDeniedIn: ReadonlySet<string>;
  /** Takes changes of every kind but Secret, and fetches the Secrets that are named since. Rejects with a KubernetesError. */
  apply(changes: readonly Change[], signal: AbortSignal): Promise<void>;
}

/** Rejects with a KubernetesError. */
export async function compileObjects(
  client: KubernetesClient,
  { objects, reaches, inclusions }: ReadObjects,
  { rootNamespaces, ingressClassNames, watchNamespaces }: ControllerSettings,
  signal: AbortSignal,
): Promise<ApiWorld> {
  const isWatched = (namespace: string): boolean => watchNamespaces.length === 0 || watchNamespaces.includes(namespace);
  const roots = rootNamespaces.length === 0 ? [] : [...rootNamespaces, unseen];
  const settings = { ...defaultSettings, rootNamespaces: roots, ingressClassNames, readIn: readInOf(reaches) };
  const first = createWorld(settings);
  first.apply(objects.filter(({ metadata }) => isWatched(metadata.namespace)).map(upsert));
  first.imagine(inclusions);
  const secrets = await readSecrets(client, first.compiler.unitKeys('secret'), signal);
  const world = secrets.deniedIn.size === 0 ? first : again(settings, first, secrets.deniedIn);
  world.imagine(inclusions);
  world.apply(secrets.objects.map(upsert));
  const known = new Set(first.compiler.unitKeys('secret'));
  return {
    local: world.local,
    secretsDeniedIn: secrets.deniedIn,
    async apply(changes, ended) {
      world.apply(changes.filter((change) => isWatched(namespaceOf(change))));
      world.imagine(inclusions);
      const wanted = world.compiler.unitKeys('secret').filter((key) => !known.has(key));
      for (const key of wanted) known.add(key);
      const { objects: found } = await readSecrets(client, wanted, ended);
      world.apply(found.map(upsert));
    },
  };
}

interface World {
  readonly compiler: Compiler;
  readonly local: LocalWorld;
  apply(changes: readonly Change[]): void;
  /** Has the roots that are not seen, and no others. */
  imagine(inclusions: Inclusions): void;
}

function createWorld(settings: CompileSettings): World {
  const compiler = createCompiler(settings, { inspectKeyPair });
  const objects = new Map<RefKey, KubernetesObject>();
  let imagined: readonly KubernetesObject[] = [];
  return {
    compiler,
    local: { graph: compiler.graph, objects, locate: () => null, programmed: () => null },
    apply(changes) {
      for (const change of changes) {
        if (change.type === 'upsert') objects.set(refKey(refOf(change.object)), change.object);
        else objects.delete(refKey(change.ref));
      }
      compiler.apply(changes);
    },
    imagine(inclusions) {
      const before = imagined;
      imagined = unseenRoots(inclusions, objects.values());
      compiler.apply([
        ...before.map((root): Change => ({ type: 'delete', ref: refOf(root) })),
        ...imagined.map(upsert),
      ]);
    },
  };
}

/** Whether Secrets may be read shows only when they are asked for, and what may not be read is not missing. */
function again(settings: CompileSettings, { compiler, local }: World, deniedIn: ReadonlySet<string>): World {
  const named = compiler.unitKeys('secret').map((key) => key.slice(0, key.indexOf('/')));
  const readable = new Set(named.filter((namespace) => !deniedIn.has(namespace)));
  const world = createWorld({ ...settings, readIn: new Map([...settings.readIn, ['Secret', readable]]) });
  world.apply([...local.objects.values()].map(upsert));
  return world;
}

function upsert(object: KubernetesObject): Change {
  return { type: 'upsert', object };
}

function namespaceOf(change: Change): string {
  return change.type === 'upsert' ? change.object.metadata.namespace : change.ref.namespace;
}
