import { createClient } from '../../kubernetes/client.ts';
import type { Clock } from '../../kubernetes/clock.ts';
import type { Health } from '../../kubernetes/health.ts';
import { type ItemChange, listWatch, type Timing } from '../../kubernetes/list-watch.ts';
import { resources } from '../../kubernetes/resources.ts';
import { wholeObjects } from '../../kubernetes/watched.ts';
import type { KubernetesObject } from '../../routing/objects/kubernetes-object.ts';
import { playServer, type ScriptedServer, type Step } from './scripted-server.ts';
import { plainAccess } from '../support/plain-access.ts';

const timing: Timing = { watchSeconds: 1, graceMs: 50, slowMs: 4_000, confirmMs: 2_000 };

export interface Following {
  readonly server: ScriptedServer;
  /** What is left of all changes: names. */
  readonly world: ReadonlySet<string>;
  readonly changes: readonly ItemChange<KubernetesObject>[];
  /** Names, page by page. */
  readonly drafts: readonly (readonly string[])[];
  readonly healths: readonly Health[];
  /** The pauses that were asked for, in ms. */
  readonly pauses: readonly number[];
  /** Resolves when this holds, looked at after every change, health and request. */
  until(holds: () => boolean): Promise<void>;
  stop(): Promise<void>;
}

/** Plays a script to a reflector. Its pauses pass at once. */
export async function follow(steps: readonly Step[]): Promise<Following> {
  const looks = new Set<() => void>();
  const look = (): void => looks.forEach((each) => each());
  const server = await playServer(
    steps.map((step): Step => (response, request) => {
      step(response, request);
      look();
    }),
  );
  const world = new Set<string>();
  const drafts: string[][] = [];
  const [changes, healths, pauses]: [ItemChange<KubernetesObject>[], Health[], number[]] = [[], [], []];
  const end = new AbortController();
  const clock: Clock = {
    now: () => performance.now(),
    random: () => 0.99,
    sleep: async (ms) => void pauses.push(ms),
  };
  const running = listWatch(
    {
      client: createClient({
        access: plainAccess(server.url),
        userAgent: 'test',
      }),
      watched: wholeObjects(resources.HTTPProxy, null),
      clock,
      timing,
      sink(batch) {
        for (const change of batch) {
          changes.push(change);
          if (change.type === 'put') world.add(change.item.metadata.name);
          else world.delete(change.name);
        }
        look();
      },
      draft: (items) => void drafts.push(items.map(({ metadata }) => metadata.name)),
      onHealth(health) {
        healths.push(health);
        look();
      },
    },
    end.signal,
  );
  return {
    server,
    world,
    changes,
    drafts,
    healths,
    pauses,
    until: (holds) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (!holds()) return;
          looks.delete(check);
          resolve();
        };
        looks.add(check);
        check();
      }),
    async stop() {
      end.abort();
      await running;
      await server.close();
    },
  };
}
