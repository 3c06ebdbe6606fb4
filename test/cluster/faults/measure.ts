import { isDeepStrictEqual } from 'node:util';
import { startLoad } from '../../envoy/load.ts';
import { eventually } from '../../support/eventually.ts';
import { startEdits } from './edits.ts';
import type { Fault } from './faults.ts';
import type { FaultStand } from './stand.ts';
import { hostName } from './world.ts';

export interface Measured {
  readonly requests: number;
  readonly failures: readonly string[];
  /** Connections that did not last. */
  readonly cut: number;
  /** Of each edit: from the API server's yes to the first changed answer, in ms. */
  readonly edits: readonly number[];
  /** What Envoy was told to take away. */
  readonly removals: readonly string[];
  /** Until somebody led, in ms. */
  readonly leaderMs: number | null;
  readonly transitions: number;
  /** From the end of the fault until every status was right, in ms. */
  readonly statusMs: number;
}

const lanes = 4;
const pauseMs = 20;

/** Constant requests for all hosts, and edits, from before a fault until the statuses are right after it. */
export async function measure(stand: FaultStand, fault: Fault): Promise<Measured> {
  let turn = 0;
  const right = (status: number): boolean => status === 200;
  const load = startLoad(stand.httpPort, () => ({ host: hostName(turn++ % stand.hosts), right }), { lanes, pauseMs });
  const edits = startEdits(stand);
  const before = (await stand.leader()).transitions;
  const leaderMs = await fault(stand);
  const ended = performance.now();
  const times = await edits.stop();
  await untilStatusesAreRight(stand);
  const statusMs = performance.now() - ended;
  const tally = await load.stop();
  const transitions = (await stand.leader()).transitions - before;
  return { ...tally, edits: times, removals: await stand.removals(), leaderMs, transitions, statusMs };
}

interface StoredProxies {
  readonly items: readonly {
    readonly metadata: { readonly generation: number };
    readonly status: {
      readonly conditions: readonly {
        readonly type: string;
        readonly status: string;
        readonly observedGeneration: number;
      }[];
    };
  }[];
}

/** Of the newest generation of each, which every Envoy runs. */
async function untilStatusesAreRight({ client, hosts }: FaultStand): Promise<void> {
  await eventually(async () => {
    const signal = AbortSignal.timeout(5_000);
    const path = '/apis/projectcontour.io/v1/namespaces/shop/httpproxies';
    const { items } = (await client.get(path, { signal })) as StoredProxies;
    const right = items.filter(({ metadata: { generation }, status }) =>
      ['Valid', 'Programmed'].every((type) => {
        const found = status.conditions.find((condition) => condition.type === type);
        return isDeepStrictEqual([found?.status, found?.observedGeneration], ['True', generation]);
      }),
    );
    if (right.length !== hosts) throw new Error(`${right.length} of ${hosts} statuses are right`);
  }, 60_000);
}
