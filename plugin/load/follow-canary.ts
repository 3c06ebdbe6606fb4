import { isObject, type Json, type JsonObject } from '../../files/edit/json-patch.ts';
import { systemClock } from '../../kubernetes/clock.ts';
import { isKubernetesError } from '../../kubernetes/errors.ts';
import type { Health } from '../../kubernetes/health.ts';
import { defaultTiming, type ItemChange, listWatch } from '../../kubernetes/list-watch.ts';
import { pathOf, resources } from '../../kubernetes/resources.ts';
import type { Watched } from '../../kubernetes/watched.ts';
import { CommandFailure } from '../failure.ts';
import type { RouteTable } from '../route-table.ts';
import { routesOf } from '../services/canary/proxy.ts';
import type { FactEvent } from '../services/canary-watch/facts.ts';
import { rightOf } from '../services/rights.ts';
import type { FollowTraffic, TrafficQuery } from '../services/traffic/traffic.ts';
import type { Question, Source } from '../source.ts';
import type { Cluster } from './cluster.ts';
import { createPauses } from './reconnect.ts';

export interface CanaryFeed {
  readonly cluster: Cluster;
  readonly namespace: string;
  readonly name: string;
  /** Who says which Envoys have what. Rejects with CommandFailure. */
  readonly openSource: () => Promise<Source>;
  readonly question: Question<RouteTable>;
  readonly followTraffic: FollowTraffic;
  readonly trafficQuery: Omit<TrafficQuery, 'weights'>;
}

/** A silent connection is given up after so long, so that nobody looks at old numbers for longer. */
const timing = { ...defaultTiming, watchSeconds: 10 };

/** Hands over whatever is learnt of a canary until `signal` is aborted, and resolves then. */
export async function followCanary(
  feed: CanaryFeed,
  sink: (event: FactEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  let weights = '';
  const hear = (event: FactEvent): void => {
    if (event.type === 'object') weights = weightsIn(event.proxy);
    sink(event);
  };
  const query = { ...feed.trafficQuery, weights: () => weights };
  await Promise.all([
    followObject(feed, hear, signal),
    followRoutes(feed, sink, signal),
    feed.followTraffic(query, (traffic) => sink({ type: 'traffic', traffic }), signal),
  ]);
}

function weightsIn(proxy: JsonObject): string {
  return JSON.stringify(routesOf(proxy).map(({ group }) => group.map(({ weight }) => weight)));
}

function followObject(
  { cluster, namespace, name }: CanaryFeed,
  sink: (event: FactEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const watched: Watched<JsonObject> = {
    resource: resources.HTTPProxy,
    namespace,
    fieldSelector: `metadata.name=${name}`,
    namesOnly: false,
    read: (raw) => (isObject(raw as Json) ? (raw as JsonObject) : null),
  };
  const take = (changes: readonly ItemChange<JsonObject>[]): void => {
    const last = changes.at(-1);
    sink(last?.type === 'put' ? { type: 'object', proxy: last.item } : { type: 'gone' });
  };
  const right = rightOf('GET', pathOf(resources.HTTPProxy, namespace), { watch: '1' });
  const onHealth = ({ state, reason }: Health): void => {
    if (state === 'current') return sink({ type: 'found' });
    const missing = state === 'denied' && right !== null ? { missing: right } : {};
    sink({ type: 'lost', reason: reason ?? state, at: Date.now(), ...missing });
  };
  return listWatch({ client: cluster.raw, watched, clock: systemClock, timing, sink: take, onHealth }, signal);
}

/** Who is lost is looked for again: a canary is watched for longer than a controller lives. */
async function followRoutes(
  { openSource, question }: CanaryFeed,
  sink: (event: FactEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const pauses = createPauses(signal);
  while (!signal.aborted) {
    try {
      const source = await openSource();
      const hear = (table: RouteTable): void => {
        pauses.reset();
        sink({ type: 'routes', table });
      };
      await source.follow(question, hear, (reason) => sink({ type: 'routes-lost', reason }), signal);
    } catch (error) {
      if (!(error instanceof CommandFailure) && !isKubernetesError(error)) throw error;
      if (!signal.aborted) sink({ type: 'routes-lost', reason: error.message });
    }
    await pauses.next();
  }
}
