import type { Mirror, RouteAction as Action, WeightedBackend } from '../../routing/graph/graph.ts';
import type {
  Route,
  RouteAction,
  RouteAction_RequestMirrorPolicy as RequestMirrorPolicy,
} from '../proto/generated/envoy/config/route/v3/route_components.ts';
import { FractionalPercent_DenominatorType as Denominator } from '../proto/generated/envoy/type/v3/percent.ts';
import { byName, type ClusterName } from './names.ts';

export function emitAction(action: Action, clusterName: ClusterName): NonNullable<Route['action']> {
  switch (action.type) {
    case 'Forward':
      return { $case: 'route', value: forward(action, clusterName) };
    case 'Redirect':
      // 301 is Envoy's default.
      return {
        $case: 'redirect',
        value: { schemeRewriteSpecifier: { $case: 'httpsRedirect', value: true } },
      };
    case 'DirectResponse':
      return { $case: 'directResponse', value: answer(action.status, action.body) };
    case 'Error':
      return { $case: 'directResponse', value: answer(action.status, '') };
  }
}

function answer(status: number, body: string) {
  return body === '' ? { status } : { status, body: { specifier: { $case: 'inlineString' as const, value: body } } };
}

function forward(
  { backends, mirror, websockets }: Extract<Action, { type: 'Forward' }>,
  clusterName: ClusterName,
): RouteAction {
  return {
    clusterSpecifier: destination(backends, clusterName),
    requestMirrorPolicies: mirror === null ? [] : [mirrorPolicy(mirror, clusterName)],
    // Said on every route: the plain listener would let upgrades through, see filters/scope-fallback.ts.
    upgradeConfigs: [{ upgradeType: 'websocket', enabled: websockets }],
  };
}

function destination(
  backends: readonly WeightedBackend[],
  clusterName: ClusterName,
): NonNullable<RouteAction['clusterSpecifier']> {
  const [first] = backends;
  if (first !== undefined && backends.length === 1) return { $case: 'cluster', value: clusterName(first.target) };
  const clusters = backends
    .map(({ target, effectiveWeight }) => ({ name: clusterName(target), weight: effectiveWeight }))
    .toSorted((left, right) => byName(left.name, right.name) || left.weight - right.weight);
  return { $case: 'weightedClusters', value: { clusters } };
}

function mirrorPolicy({ target, percent }: Mirror, clusterName: ClusterName): RequestMirrorPolicy {
  return {
    cluster: clusterName(target),
    runtimeFraction: { defaultValue: { numerator: percent, denominator: Denominator.HUNDRED } },
  };
}
