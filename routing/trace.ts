import type { Graph, HostGraph, Route } from './graph/graph.ts';
import { matchRequest, type Answer } from './match/match-request.ts';
import { matchWords } from './match-words.ts';
import { displayName, type Source } from './objects/ref.ts';
import { sourceItem } from './report-items.ts';
import type { RouteTablePorts } from './route-item.ts';
import { decisionOf } from './trace-decision.ts';
import type { TraceDecision, TraceQuery, TraceReport, TraceRequest, TraceStep } from './trace-item.ts';
import { nearestMiss } from './trace-nearest.ts';
import { rejections } from './trace-rejected.ts';

type Locate = Pick<RouteTablePorts, 'locate'>;

/** Says what becomes of a request, step by step, and why nothing else answers it. */
export function trace(graph: Graph, query: TraceQuery, ports: Locate): TraceReport {
  const { request } = query;
  const answer = matchRequest(graph.hosts, request);
  const decision = decisionOf(graph, query, answer, ports);
  return {
    request,
    decision,
    steps: stepsOf(query, answer, decision, ports),
    rejected: rejections(query, answer, ports),
    nearest: nearestMiss(graph, request, answer, ports),
    notes: notesOf(answer, request),
  };
}

function stepsOf(
  { request }: TraceQuery,
  answer: Answer,
  decision: TraceDecision,
  ports: Locate,
): readonly TraceStep[] {
  const host = 'host' in answer ? answer.host : null;
  const steps = [listenerStep(request, host, answer, ports)];
  if (answer.type === 'badPath' || answer.type === 'noHandshake') return steps;
  steps.push(hostStep(request, host, answer, ports));
  if (answer.type === 'noRoute') steps.push(noRouteStep(answer));
  if (answer.type !== 'route') return steps;
  return [...steps, ...routeSteps(answer.route, ports), ...actionSteps(answer.route, decision)];
}

function listenerStep(request: TraceRequest, host: HostGraph | null, answer: Answer, ports: Locate): TraceStep {
  const step = (result: TraceStep['result'], source: TraceStep['source'], detail: string): TraceStep => ({
    stage: 'listener',
    result,
    source,
    detail,
  });
  if (answer.type === 'badPath') return step('failed', null, `Envoy answers 400 to a path like ${request.path}`);
  if (request.scheme === 'http') return step('matched', null, 'http');
  if (answer.type === 'noHandshake')
    return step(
      'failed',
      null,
      `https, no certificate is served for ${request.sni ?? 'a handshake without a name'}: the connection is closed`,
    );
  const secret = host?.secure?.secret;
  const holder = host?.holder ?? null;
  const source =
    holder === null ? null : sourceItem({ ref: holder, pointer: '/spec/virtualhost/tls/secretName' }, ports);
  return step('matched', source, `https, certificate in secret ${secret?.namespace}/${secret?.name}`);
}

function hostStep({ authority, sni }: TraceRequest, host: HostGraph | null, answer: Answer, ports: Locate): TraceStep {
  if (host === null)
    return { stage: 'host', result: 'failed', source: null, detail: `no host is declared that serves ${authority}` };
  const source = hostSource(host, answer);
  const item = source === null ? null : sourceItem(source, ports);
  if (answer.type !== 'misdirected') return { stage: 'host', result: 'matched', source: item, detail: host.host };
  const detail = `the handshake was for ${sni}, the request is for ${authority}: 421, so that the client opens another connection`;
  return { stage: 'host', result: 'failed', source: item, detail };
}

/** Who declares the host: its root, or else the Ingress whose path answers. An Envoy does not know the root. */
function hostSource(host: HostGraph, answer: Answer): Source | null {
  if (host.holder !== null) return { ref: host.holder, pointer: '/spec/virtualhost/fqdn' };
  const written = answer.type === 'route' ? answer.route.source : (host.routes[0] ?? host.secure?.routes[0])?.source;
  if (written?.ref.kind !== 'Ingress') return null;
  const rule = /^\/spec\/rules\/[0-9]+/.exec(written.pointer)?.[0];
  return { ref: written.ref, pointer: rule === undefined ? written.pointer : `${rule}/host` };
}

function noRouteStep({ host, candidates, upgradeRefused }: Extract<Answer, { type: 'noRoute' }>): TraceStep {
  const status = upgradeRefused ? '403, as to every upgrade without a route' : '404';
  const detail =
    candidates.length === 0 && host.host.startsWith('*.')
      ? `${host.host} stands for one label: ${status}`
      : `none of ${candidates.length} routes fits: ${status}`;
  return { stage: 'route', result: 'failed', source: null, detail };
}

function routeSteps({ match, source, via }: Route, ports: Locate): readonly TraceStep[] {
  const includes = via.map((include, index): TraceStep => {
    const child = via[index + 1]?.ref ?? source.ref;
    return {
      stage: 'include',
      result: 'matched',
      source: sourceItem(include, ports),
      detail: `-> ${displayName(child)}`,
    };
  });
  return [
    ...includes,
    { stage: 'route', result: 'decides', source: sourceItem(source, ports), detail: matchWords(match) },
  ];
}

function actionSteps({ action, source: written }: Route, decision: TraceDecision): readonly TraceStep[] {
  const step = (stage: 'backend' | 'policy', detail: string): TraceStep => ({
    stage,
    result: 'matched',
    source: null,
    detail,
  });
  if (decision.type === 'UpgradeRefused')
    return [{ ...step('policy', 'the route lets no WebSocket through: 403'), result: 'failed' }];
  switch (action.type) {
    case 'Redirect':
      return [step('policy', `redirect ${action.status} to ${decision.location}`)];
    case 'DirectResponse':
      return [step('policy', `answers ${action.status} itself`)];
    case 'Error':
      return [
        step(
          'policy',
          `answers ${action.status} (${action.reason}) because ${displayName(written.ref)} is not right here`,
        ),
      ];
    case 'Forward': {
      const backends = decision.backends.map((backend, index) =>
        step('backend', backendWords(backend, decision.drawn === index)),
      );
      const { mirror } = decision;
      const copies =
        mirror === null
          ? []
          : [step('policy', `mirror ${mirror.percent}% to ${mirror.namespace}/${mirror.name}:${mirror.port}`)];
      return [...backends, ...copies, ...(action.websockets ? [step('policy', 'WebSockets')] : [])];
    }
  }
}

function backendWords(
  { namespace, name, port, percent, endpoints, addresses }: TraceDecision['backends'][number],
  drawn: boolean,
): string {
  const ready = endpoints === null ? 'endpoints unknown' : `${endpoints.ready}/${endpoints.total} ready`;
  const share = drawn ? `${percent}%, drawn by the seed` : `${percent}%`;
  return [`${namespace}/${name}:${port}`, share, ready, addresses.join(' ')].filter((part) => part !== '').join('  ');
}

function notesOf(answer: Answer, { headers }: TraceRequest): readonly string[] {
  if (!('candidates' in answer)) return [];
  const asked = new Set(answer.candidates.flatMap(({ route }) => route.match.headers.map(({ name }) => name)));
  const names = headers.map(({ name }) => name.toLowerCase());
  const twice = new Set(names.filter((name, index) => asked.has(name) && names.indexOf(name) !== index));
  return [...twice].map(
    (name) =>
      `header ${name} comes more than once: an Envoy before 1.39 compares its values joined by a comma, later ones each by itself`,
  );
}
