import type { JsonObject } from '../../../files/edit/json-patch.ts';
import type { RouteItem } from '../../../routing/route-item.ts';
import type { RouteTable } from '../../../plugin/route-table.ts';
import { CANARY_ANNOTATION, encodeRecord, newRecord } from '../../../plugin/services/canary/record.ts';
import type { Viewpoint } from '../../../plugin/services/canary-watch/moment.ts';
import type { Traffic, TrafficSample } from '../../../plugin/services/traffic/traffic.ts';
import type { Key, KeyName } from '../../../plugin/views/key.ts';
import type { CanaryState, Setting } from '../../../plugin/views/canary/state.ts';
import { firstState } from '../../../plugin/views/canary/state.ts';
import { update } from '../../../plugin/views/canary/keys.ts';
import { context, proxyOf } from '../canary/proxies.ts';

export const text = (typed: string): Key => ({ type: 'text', text: typed });
export const named = (name: KeyName): Key => ({ type: 'named', name });

/** A canary under way: v2 of `web`, with this share. */
export function canaryAt(percent: number, steps: readonly number[] = []): JsonObject {
  const proxy = proxyOf(`v1=${100 - percent} v2=${percent}`);
  const record = {
    ...newRecord('kim', '2026-11-21T12:00:00Z'),
    canary: 'v2',
    steps,
    routes: [
      {
        conditions: null,
        weights: new Map([
          ['v1', 100],
          ['v2', 0],
        ] as const),
      },
    ],
    history: [{ at: '2026-11-21T12:00:00Z', by: 'kim', from: 0, to: percent }],
  };
  return withAnnotation(proxy, encodeRecord(record));
}

function withAnnotation(proxy: JsonObject, value: string): JsonObject {
  const metadata = proxy['metadata'] as JsonObject;
  return { ...proxy, metadata: { ...metadata, annotations: { [CANARY_ANNOTATION]: value } } };
}

export const view: Viewpoint = {
  choice: { route: null, allRoutes: false, to: null },
  context,
  namespace: 'shop',
};

const setting: Setting = {
  view,
  cluster: 'prod-eu',
  isProtected: false,
  ascii: false,
  command: 'kubectl contour canary',
  run: null,
};

export const noon = Date.parse('2026-11-21T12:03:12Z');

export function stateOf(proxy: JsonObject, changes: Partial<Setting> = {}): CanaryState {
  return firstState(proxy, { ...setting, ...changes }, noon);
}

/** What the state is after these keys, and all that was asked of the world. */
export function pressed(state: CanaryState, ...keys: readonly Key[]) {
  return keys.reduce(
    (before, key) => {
      const step = update(before.state, { type: 'key', key });
      return { state: step.state, effects: [...before.effects, ...step.effects], end: step.end };
    },
    { state, effects: [] as unknown[], end: null as ReturnType<typeof update>['end'] },
  );
}

/** What a controller says of the object. */
export function tableOf(proxy: JsonObject, envoys: number, of: number): RouteTable {
  const [route] = (proxy['spec'] as { routes: { services: { name: string; port: number; weight?: number }[] }[] })
    .routes;
  const item: RouteItem = {
    host: 'shop.example.com',
    listener: 'http',
    order: 1,
    match: { method: null, path: { type: 'Prefix', value: '/' }, headers: [], query: [] },
    action: {
      type: 'Forward',
      backends: (route?.services ?? []).map(({ name, port, weight = null }) => ({
        namespace: 'shop',
        name,
        port,
        weight: weight as number | null,
        percent: Number(weight),
        endpoints: { ready: 3, total: 3 },
      })),
      mirror: null,
    },
    policies: {},
    source: {
      apiVersion: 'projectcontour.io/v1',
      kind: 'HTTPProxy',
      namespace: 'shop',
      name: 'web',
      pointer: '/spec/routes/0',
    },
    via: [],
    status: { valid: true, verified: true, reasons: [] },
    programmed: { envoys, of },
  };
  return {
    apiVersion: 'cli.kubectl-contour.io/v1',
    kind: 'RouteTable',
    source: { from: 'controller', version: '1' },
    items: [item],
    faults: [],
  };
}

const sample = (service: string, percent: number, rate: number): TrafficSample => ({
  service,
  requestsPerSecond: rate,
  classes: { '2xx': 99.2, '4xx': 0.7, '5xx': 0.1 },
  p50: 12,
  p99: 88,
  percent,
  margin: 1.8,
  scope: 'route',
});

export const traffic: Traffic = {
  type: 'counted',
  samples: [sample('v1:80', 79.6, 412), sample('v2:80', 20.4, 105.3)],
};
