import type { Mirror, RouteAction, ServiceTarget, WeightedBackend } from '../../../routing/graph/graph.ts';
import type { Source } from '../../../routing/objects/ref.ts';
import { fieldAt, listAt, numberAt, textAt } from '../json.ts';

/** The Service port behind a cluster; null where it is of no Service. */
export type TargetOf = (cluster: string) => ServiceTarget | null;

/** Null where the graph has no words for it. The inverse of `emitAction`, as far as an Envoy is told. */
export function readAction(route: unknown, source: Source, targetOf: TargetOf): RouteAction | null {
  const forward = fieldAt(route, 'route');
  if (forward !== undefined) return readForward(forward, source, targetOf);
  const redirect = fieldAt(route, 'redirect');
  if (redirect !== undefined) return readRedirect(redirect);
  const answer = fieldAt(route, 'direct_response');
  if (answer === undefined) return null;
  const body = textAt(fieldAt(answer, 'body'), 'inline_string');
  return { type: 'DirectResponse', status: numberAt(answer, 'status'), body };
}

function readForward(forward: unknown, source: Source, targetOf: TargetOf): RouteAction | null {
  const backends = readBackends(forward, source, targetOf);
  const [first, ...others] = listAt(forward, 'request_mirror_policies') ?? [];
  const mirror = first === undefined ? null : readMirror(first, source, targetOf);
  const isWhole = others.length === 0 && (first === undefined || mirror !== null);
  if (backends === null || !isWhole) return null;
  return { type: 'Forward', backends, mirror, websockets: admitsWebsockets(forward) };
}

function readBackends(forward: unknown, source: Source, targetOf: TargetOf): readonly WeightedBackend[] | null {
  const backend = (cluster: string, weight: number | null): WeightedBackend | null => {
    const target = targetOf(cluster);
    return target === null ? null : { target, weight, effectiveWeight: weight ?? 1, source };
  };
  const weighted = listAt(fieldAt(forward, 'weighted_clusters'), 'clusters');
  const backends =
    weighted === null
      ? [backend(textAt(forward, 'cluster'), null)]
      : weighted.map((each) => backend(textAt(each, 'name'), numberAt(each, 'weight')));
  const found = backends.filter((each) => each !== null);
  return found.length === backends.length && found.some(({ effectiveWeight }) => effectiveWeight > 0) ? found : null;
}

/** https://www.envoyproxy.io/docs/envoy/latest/api-v3/type/v3/percent.proto */
const denominators: ReadonlyMap<string, number> = new Map([
  ['', 100],
  ['HUNDRED', 100],
  ['TEN_THOUSAND', 10_000],
  ['MILLION', 1_000_000],
]);

/** Without a fraction every request is mirrored. */
function readMirror(policy: unknown, source: Source, targetOf: TargetOf): Mirror | null {
  const target = targetOf(textAt(policy, 'cluster'));
  if (target === null) return null;
  const fraction = fieldAt(fieldAt(policy, 'runtime_fraction'), 'default_value');
  const whole = denominators.get(textAt(fraction, 'denominator')) ?? 100;
  const percent = fraction === undefined ? 100 : (numberAt(fraction, 'numerator') * 100) / whole;
  return { target, percent, source };
}

function admitsWebsockets(forward: unknown): boolean {
  const upgrades = listAt(forward, 'upgrade_configs') ?? [];
  return upgrades.some(
    (upgrade) => textAt(upgrade, 'upgrade_type') === 'websocket' && fieldAt(upgrade, 'enabled') !== false,
  );
}

const redirectStatuses: ReadonlyMap<string, number> = new Map([
  ['', 301],
  ['MOVED_PERMANENTLY', 301],
  ['FOUND', 302],
  ['SEE_OTHER', 303],
  ['TEMPORARY_REDIRECT', 307],
  ['PERMANENT_REDIRECT', 308],
]);

/** The graph knows the redirect to HTTPS. Of any other it can say that Envoy answers by itself, and with which status. */
function readRedirect(redirect: unknown): RouteAction {
  const status = redirectStatuses.get(textAt(redirect, 'response_code')) ?? 301;
  const isOnlySecure = Object.keys(redirect ?? {}).every((name) => name === 'https_redirect');
  if (isOnlySecure) return { type: 'Redirect', scheme: 'https', status: 301 };
  return { type: 'DirectResponse', status, body: '' };
}
