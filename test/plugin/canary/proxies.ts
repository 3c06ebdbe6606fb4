import { applyPatch, isObject, type Json, type JsonObject } from '../../../files/edit/json-patch.ts';
import type { CanaryPlan, PlanContext } from '../../../plugin/services/canary/plan.ts';
import { isProblem, type Problem } from '../../../plugin/services/change/problem.ts';
import { routesOf, serviceLabel } from '../../../plugin/services/canary/proxy.ts';

/** `v1:80=90`, `v2` (no weight), `shadow!` (a mirror). */
function services(text: string): readonly JsonObject[] {
  return text.split(' ').map((word) => {
    const [label = '', weight] = word.split('=');
    const [name = '', port = '80'] = label.replace('!', '').split(':');
    const mirror = label.endsWith('!') ? { mirror: true } : {};
    return { name, port: Number(port), ...(weight === undefined ? {} : { weight: Number(weight) }), ...mirror };
  });
}

/** One route for each text; the path stands before the services: `/api v1=90 v2=10`. */
export function proxyOf(...routes: readonly string[]): JsonObject {
  return {
    apiVersion: 'projectcontour.io/v1',
    kind: 'HTTPProxy',
    metadata: { name: 'web', namespace: 'shop' },
    spec: {
      virtualhost: { fqdn: 'shop.example.com' },
      routes: routes.map((text) => {
        const [first = '', ...rest] = text.split(' ');
        const path = first.startsWith('/') ? [{ prefix: first }] : null;
        const written = path === null ? text : rest.join(' ');
        return { ...(path === null ? {} : { conditions: path }), services: services(written) };
      }),
    },
  };
}

export const context: PlanContext = {
  by: 'kim',
  at: '2026-11-21T12:00:00Z',
  command: 'kubectl contour canary',
  name: 'web',
  remember: true,
};

/** What the API server would make of a plan. */
export function done(proxy: JsonObject, plan: CanaryPlan | Problem): JsonObject {
  if (isProblem(plan)) throw new Error(plan.problem);
  const patched = applyPatch(proxy, plan.operations);
  if (patched.type !== 'patched' || !isObject(patched.value)) throw new Error(JSON.stringify(patched));
  return patched.value;
}

/** Each route as `proxyOf` would be told it. */
export function weightsOf(proxy: JsonObject): readonly string[] {
  return routesOf(proxy).map(({ services: all, group }) => {
    const mirrors = all.length - group.length;
    const words = group.map((service) => {
      const label = service.port === 80 ? service.name : serviceLabel(service);
      return service.weight === null ? label : `${label}=${service.weight}`;
    });
    return [...words, ...Array.from({ length: mirrors }, () => 'mirror')].join(' ');
  });
}

export function told(plan: CanaryPlan | Problem): Json {
  return isProblem(plan) ? [plan.problem, ...plan.hints] : weightChanges(plan);
}

function weightChanges({ operations }: CanaryPlan): Json {
  return operations.filter(({ op, path }) => op !== 'test' && path.startsWith('/spec')).map((each) => ({ ...each }));
}
