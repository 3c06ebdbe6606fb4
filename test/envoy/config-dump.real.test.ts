import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { parseAllDocuments } from 'yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Graph, HostGraph, Route } from '../../routing/graph/graph.ts';
import { matchRequest } from '../../routing/match/match-request.ts';
import type { Request } from '../../routing/match/request.ts';
import type { RouteItem } from '../../routing/route-item.ts';
import { routeTable } from '../../routing/route-table.ts';
import { dumpPaths } from '../../xds/envoy/dump/pages.ts';
import { selfSigned } from '../support/certificate.ts';
import { eventually } from '../support/eventually.ts';
import { graphOf, hostGraph, prefix, route, saying, secureHost } from '../support/graphs.ts';
import { readHeld } from './held.ts';
import { type LiveEnvoy, startLiveEnvoy } from './live-envoy.ts';
import { type Manifest, proxy, tlsSecret } from './manifests.ts';
import { hosts, plainRequest, secureRequests } from './matching-worlds.ts';
import { startWhole, type Whole } from './whole.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const shop = parseAllDocuments(readFileSync(here('../plugin/golden/shop.yaml'), 'utf8')).map(
  (each) => each.toJS() as Manifest,
);
const everything = { host: null, path: null, namespace: null, invalid: false };

function rows(graph: Graph): readonly RouteItem[] {
  return routeTable(graph, everything, { locate: () => null, programmed: () => null });
}

/** What an Envoy is not told: the place in the object, the includes, whether it is right, how many are not ready. */
function asTold(item: RouteItem): unknown {
  const { source, action } = item;
  const { apiVersion, kind, namespace, name } = source;
  return {
    ...item,
    source: { apiVersion, kind, namespace, name, pointer: '' },
    via: [],
    status: null,
    action: told(action),
  };
}

function told(action: RouteItem['action']): unknown {
  if (action?.type === 'Error') return { type: 'DirectResponse', status: action.status };
  if (action?.type !== 'Forward') return action;
  const alone = action.backends.length === 1;
  const backends = action.backends.map((backend) => ({
    ...backend,
    weight: alone ? null : backend.weight,
    endpoints: { ready: backend.endpoints?.ready ?? 0 },
  }));
  return { ...action, backends: backends.toSorted((left, right) => (left.name < right.name ? -1 : 1)) };
}

describe('what this project told an Envoy', () => {
  let whole: Whole;

  beforeAll(async () => {
    whole = await startWhole();
    const pair = selfSigned('secure.example.com');
    const routes = [
      { prefix: '/', service: 'web' },
      { prefix: '/chat', service: 'web', websockets: true },
      { prefix: '/said', service: null },
    ];
    const secure = proxy('secure.example.com', 'web', { secret: 'cert', routes });
    await whole.apply(...shop, secure, proxy('*.any.example.com', 'web'), tlsSecret('cert', pair));
  });

  afterAll(() => whole.close());

  it.each(['ads-delta', 'sotw'] as const)('is read back as it was meant, in the dialect %s', async (dialect) => {
    const envoy = await whole.envoy(dialect);
    await whole.live();
    const held = await readHeld(envoy.admin);
    expect({ ...held, graph: null }).toEqual({ graph: null, unread: [], isTold: true, isOurs: true });
    const meant = rows(whole.loop.graph);
    expect(meant.length).toBeGreaterThan(8);
    expect(rows(held.graph).map(asTold)).toEqual(meant.map(asTold));
    await expect(`${JSON.stringify(rows(held.graph), null, 2)}\n`).toMatchFileSnapshot(here('golden/held-routes.json'));
    const { secret } = held.graph.hosts.get(hostGraph('secure.example.com', []).host)?.secure ?? {};
    expect(secret).toEqual({ namespace: 'shop', name: 'cert' });
  });

  it('holds not a byte of a key, because Secrets are not asked for', async () => {
    const envoy = await whole.envoy('ads-sotw');
    await whole.live();
    const pages: string[] = [];
    await readHeld(async (path) => {
      pages.push(await envoy.admin(path));
      return pages.at(-1) ?? '';
    });
    expect(pages.join()).not.toMatch(/private_key|certificate_chain|BEGIN/);
  });

  it('of a host that is gone nothing is told while its connections drain', async () => {
    const envoy = await whole.envoy('delta');
    const late = proxy('late.example.com', 'web', { secret: 'cert' });
    await whole.apply(late);
    await whole.live();
    const held = async () => [...(await readHeld(envoy.admin)).graph.hosts.keys()];
    await eventually(async () => expect(await held()).toContain('late.example.com'));
    await whole.remove(late);
    await whole.live();
    await eventually(async () => expect(await held()).not.toContain('late.example.com'));
    expect(await envoy.admin(dumpPaths.routes)).toContain('https/late.example.com');
  });
});

/** No client can shake hands for every other name. */
function isServed({ host, routes, secure }: HostGraph): boolean {
  return routes.length > 0 || (secure !== null && host !== '*');
}

/** The place of the route that answers, which is the same in both worlds. */
function answerOf({ hosts: served }: Graph, request: Request): unknown {
  const answer = matchRequest(served, request);
  if (answer.type !== 'route')
    return { type: answer.type, upgrade: 'upgradeRefused' in answer && answer.upgradeRefused };
  const { host, route: decider, location, upgradeRefused } = answer;
  const routes: readonly Route[] = request.scheme === 'http' ? host.routes : (host.secure?.routes ?? []);
  return { host: host.host, index: routes.indexOf(decider), location, upgradeRefused };
}

describe('random worlds', () => {
  const { certificate, key } = selfSigned('any.test');
  const secret = { key: 'shop/any', certificateChain: certificate, privateKey: { reveal: () => key } };
  let envoy: LiveEnvoy;

  beforeAll(async () => {
    envoy = await startLiveEnvoy('ads-delta');
  });

  afterAll(() => envoy.stop());

  it('answer every request as before, once they have been through an Envoy', async () => {
    const [seed = 0] = fc.sample(fc.nat(), 1);
    const worlds = fc.record({
      world: hosts,
      plain: fc.array(plainRequest, { minLength: 200, maxLength: 200, size: 'max' }),
      secure: fc.array(secureRequests, { minLength: 4, maxLength: 4 }),
    });
    let answered = 0;
    for (const [index, { world, plain, secure }] of fc.sample(worlds, { seed, numRuns: 12 }).entries()) {
      const held = await through(world, `marker-${index}`);
      const requests = [...plain, ...secure.flat()];
      const meant = requests.map((request) => answerOf(graphOf({ hosts: world }), request));
      expect(
        requests.map((request) => answerOf(held, request)),
        `with seed ${seed}`,
      ).toEqual(meant);
      answered += meant.filter((answer) => JSON.stringify(answer).includes('index')).length;
    }
    expect(answered).toBeGreaterThan(500);
  });

  /** What an Envoy holds that was told these hosts; one more says when it has them all. */
  async function through(world: readonly HostGraph[], marker: string): Promise<Graph> {
    const says = [route(prefix('/'), saying(marker))];
    const mark = hostGraph(`${marker}.marker`, says, secureHost('any', says));
    envoy.serve({ hosts: [...world, mark], secrets: [secret] });
    return eventually(async () => {
      const { graph } = await readHeld(envoy.admin);
      expect([...graph.hosts.keys()].toSorted()).toEqual(
        [...world.filter(isServed).map(({ host }) => host), mark.host].toSorted(),
      );
      expect(graph.hosts.get(mark.host)?.secure).not.toBeNull();
      return { ...graph, hosts: new Map([...graph.hosts].filter(([host]) => host !== mark.host)) };
    }, 15_000);
  }
});
