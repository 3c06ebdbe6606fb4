import { ListWatch } from '@kubernetes/client-node/dist/cache.js';
import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import type { KubernetesListObject, KubernetesObject } from '@kubernetes/client-node/dist/types.js';
import { Watch } from '@kubernetes/client-node/dist/watch.js';
import { setImmediate as soon } from 'node:timers/promises';
import { playServer, type Step } from './scripted-server.ts';

/** The library's own ListWatch, while it follows a script. */
export interface LibraryWorld {
  names(): readonly string[];
  /** What it has asked for so far. */
  requests(): readonly URL[];
  /** Whether it has stopped for good. */
  gaveUp(): boolean;
  stop(): Promise<void>;
}

export interface LibraryOptions {
  /** Starts it again whenever it stops, as the library's examples do. */
  readonly restarts: boolean;
}

/** How long it waits for a stream that is silent: 30 s where nobody touches it. */
const idleMs = 100;

/** Its delays pass at once. */
export async function libraryWorld(steps: readonly Step[], { restarts }: LibraryOptions): Promise<LibraryWorld> {
  const server = await playServer(steps);
  const config = new KubeConfig();
  config.loadFromClusterAndUser({ name: 'one', server: server.url, skipTLSVerify: true }, { name: 'one' });
  const path = '/apis/projectcontour.io/v1/httpproxies';
  const list = async (): Promise<KubernetesListObject<KubernetesObject>> => {
    const response = await fetch(`${server.url}${path}`);
    // As the library's generated clients do.
    if (!response.ok) throw Object.assign(new Error('refused'), { code: response.status });
    return (await response.json()) as KubernetesListObject<KubernetesObject>;
  };
  const watch = Object.assign(new Watch(config), { requestTimeoutMs: idleMs });
  const noDelay = { delayFn: async () => {} };
  const listWatch = new ListWatch<KubernetesObject>(path, watch, list, false, undefined, undefined, noDelay);
  let [gaveUp, ended] = [false, false];
  listWatch.on('error', () => {
    if (restarts) void soon().then(() => (ended ? undefined : listWatch.start()));
    else gaveUp = true;
  });
  void listWatch.start();
  return {
    names: () => listWatch.list().map(({ metadata }) => metadata?.name ?? ''),
    requests: () => server.requests.map(({ url }) => url),
    gaveUp: () => gaveUp,
    async stop() {
      ended = true;
      await listWatch.stop();
      await server.close();
    },
  };
}
