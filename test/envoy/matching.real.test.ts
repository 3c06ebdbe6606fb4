import { once } from 'node:events';
import { connect as connectPlain } from 'node:net';
import { connect as connectTls } from 'node:tls';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HostGraph } from '../../routing/graph/graph.ts';
import { type Ordering, ordering, sortRoutes } from '../../routing/graph/sort.ts';
import type { Hosts } from '../../routing/match/listener.ts';
import { type Answer, matchRequest } from '../../routing/match/match-request.ts';
import type { Request } from '../../routing/match/request.ts';
import { selfSigned } from '../support/certificate.ts';
import { eventually } from '../support/eventually.ts';
import { graphOf, hostGraph, prefix, route, saying, secureHost } from '../support/graphs.ts';
import { type LiveEnvoy, startLiveEnvoy } from './live-envoy.ts';
import { hosts, plainRequest, secureRequests } from './matching-worlds.ts';
import { askMany, type ManyAnswer } from './ask-many.ts';

/** Nothing was answered: no handshake succeeded. */
const closed: ManyAnswer = { status: 0, location: null, body: '' };

/** What a client gets to see, as far as it tells one route from another. */
function expected(answer: Answer): ManyAnswer {
  const status = (code: number): ManyAnswer => ({ ...closed, status: code });
  switch (answer.type) {
    case 'badPath':
      return status(400);
    case 'noHost':
      return status(404);
    case 'noHandshake':
      return closed;
    case 'misdirected':
      return status(answer.upgradeRefused ? 403 : 421);
    case 'noRoute':
      return status(answer.upgradeRefused ? 403 : 404);
    case 'route': {
      const { action } = answer.route;
      if (answer.upgradeRefused) return status(403);
      if (action.type === 'Redirect') return { ...status(301), location: answer.location };
      if (action.type === 'DirectResponse') return { ...status(200), body: action.body };
      // Its Service has no endpoints.
      return status(action.type === 'Forward' ? 503 : action.status);
    }
  }
}

/** A direct response says which route it is; what others say is Envoy's own wording. */
function seen({ status, location, body }: ManyAnswer): ManyAnswer {
  return { status, location, body: status === 200 ? body : '' };
}

function written({ method, path, authority, headers }: Request): string {
  const fields = [{ name: 'host', value: authority }, ...headers].map(({ name, value }) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${fields.join('')}${method === 'GET' ? '' : 'content-length: 0\r\n'}\r\n`;
}

interface Exchange {
  readonly request: Request;
  readonly answer: ManyAnswer;
}

async function askPlain(requests: readonly Request[]): Promise<readonly Exchange[]> {
  const open = async () => {
    const socket = connectPlain(envoy.http, '127.0.0.1');
    await once(socket, 'connect');
    return socket;
  };
  const answers = await askMany(open, requests.map(written));
  return requests.map((request, index) => ({ request, answer: seen(answers[index] ?? closed) }));
}

/** All behind one handshake. */
async function askSecure(requests: readonly Request[]): Promise<readonly Exchange[]> {
  const open = async () => {
    const servername = requests[0]?.sni ?? '';
    const socket = connectTls({ host: '127.0.0.1', port: envoy.https, servername, rejectUnauthorized: false });
    await once(socket, 'secureConnect', { signal: AbortSignal.timeout(20_000) });
    return socket;
  };
  const shaken = await open().then(
    (socket) => socket.destroy(),
    () => null,
  );
  const answers = shaken === null ? requests.map(() => closed) : await askMany(open, requests.map(written));
  return requests.map((request, index) => ({ request, answer: seen(answers[index] ?? closed) }));
}

const { certificate, key } = selfSigned('any.test');
const secret = { key: 'shop/any', certificateChain: certificate, privateKey: { reveal: () => key } };

let envoy: LiveEnvoy;
let worlds = 0;

/** Resolves when Envoy serves these hosts and no others. */
async function serve(world: readonly HostGraph[]): Promise<Hosts> {
  worlds += 1;
  const marker = `marker-${worlds}`;
  const says = [route(prefix('/'), saying(marker))];
  const all = [...world, hostGraph(`${marker}.marker`, says, secureHost('any', says))];
  envoy.serve({ hosts: all, secrets: [secret] });
  const mark = { method: 'GET', scheme: 'http', authority: `${marker}.marker`, path: '/', headers: [] } as const;
  await eventually(async () => {
    const behind = envoy.report().types.filter(({ pending, nacks }) => pending > 0 || nacks.length > 0);
    expect(behind).toEqual([]);
    const [plain] = await askPlain([{ ...mark, sni: null, sourceIp: null }]);
    const [secure] = await askSecure([{ ...mark, scheme: 'https', sni: `${marker}.marker`, sourceIp: null }]);
    expect([plain?.answer.body, secure?.answer.body]).toEqual([marker, marker]);
  });
  return graphOf({ hosts: world }).hosts;
}

/** The first request that is answered by another route than we say, and all that it takes to see why. */
function difference(served: Hosts, exchanges: readonly Exchange[]): object | null {
  for (const { request, answer } of exchanges) {
    const ours = matchRequest(served, request);
    if (JSON.stringify(expected(ours)) === JSON.stringify(answer)) continue;
    const tried =
      'candidates' in ours
        ? ours.candidates.map(({ route: { match }, mismatches }) => JSON.stringify({ match, mismatches }))
        : [...served.keys()];
    return { request, envoy: answer, ours: expected(ours), tried };
  }
  return null;
}

/** The same hosts with their routes in the order of other rules; what those leave open is as wrong as it can be. */
function reordered(served: Hosts, by: Ordering): Hosts {
  const order = (routes: HostGraph['routes']) => sortRoutes(routes.toReversed(), by);
  return new Map([...served].map(([name, host]) => [name, { ...host, routes: order(host.routes) }]));
}

beforeAll(async () => {
  envoy = await startLiveEnvoy('ads-delta');
});

afterAll(() => envoy.stop());

describe('who answers a request', () => {
  const asked: { readonly served: Hosts; readonly exchanges: readonly Exchange[] }[] = [];

  it('is whom Envoy says, in 20,000 requests to random worlds', async () => {
    const runs = fc.record({
      world: hosts,
      plain: fc.array(plainRequest, { minLength: 550, maxLength: 550, size: 'max' }),
      secure: fc.array(secureRequests, { minLength: 5, maxLength: 5 }),
    });
    const [seed = 0] = fc.sample(fc.nat(), 1);
    let count = 0;
    let answered = 0;
    const started = performance.now();
    for (const { world, plain, secure } of fc.sample(runs, { seed, numRuns: 40 })) {
      const served = await serve(world);
      const exchanges = [await askPlain(plain), ...(await Promise.all(secure.map(askSecure)))].flat();
      asked.push({ served, exchanges });
      count += exchanges.length;
      answered += exchanges.filter(({ answer }) => answer.status === 200).length;
      expect(difference(served, exchanges), `with seed ${seed}`).toBeNull();
    }
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`${count} requests, ${answered} answered by a route, no difference, ${seconds} s`);
    expect(count).toBeGreaterThan(20_000);
    expect(answered).toBeGreaterThan(count / 5);
  });

  const without = <T>(rules: readonly T[], index: number) => rules.filter((_, at) => at !== index);
  const variants: readonly (readonly [string, Ordering])[] = [
    ...ordering.match.map(
      ({ reason }, index) => [reason, { ...ordering, match: without(ordering.match, index) }] as const,
    ),
    ...ordering.header.map(
      (_, index) => [`header rule ${index}`, { ...ordering, header: without(ordering.header, index) }] as const,
    ),
    ...ordering.query.map(
      (_, index) => [`query rule ${index}`, { ...ordering, query: without(ordering.query, index) }] as const,
    ),
  ];

  const differs = (by: Ordering) =>
    asked.some(({ served, exchanges }) => difference(reordered(served, by), exchanges) !== null);

  it('does not depend on the order in which routes are found', () => expect(differs(ordering)).toBe(false));

  it.each(variants)('would be somebody else without the rule: %s', (_name, by) => expect(differs(by)).toBe(true));
});
