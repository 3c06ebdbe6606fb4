import type { Diagnostic } from '../objects/diagnostic.ts';
import { fitted } from '../objects/fitted.ts';
import type { Service } from '../objects/generated/http-proxy.ts';
import type { Source } from '../objects/ref.ts';
import type { Reader } from '../store/reader.ts';
import { resolveBackend } from './backend.ts';
import { diagnose } from './diagnose.ts';
import type { Mirror, RouteAction, WeightedBackend } from './graph.ts';
import type { CompileSettings } from './settings.ts';

interface Written {
  readonly service: Service;
  readonly source: Source;
  /** Contour's rule applied to all that is written, before anything turns out to be missing. */
  readonly effectiveWeight: number;
}

/** Where a route's `services` send a request, and what is wrong with them. */
export function forwardTo(
  reader: Reader,
  settings: CompileSettings,
  route: Source,
  services: readonly Service[],
  websockets: boolean,
): { readonly action: RouteAction; readonly diagnostics: readonly Diagnostic[] } {
  const sources = services.map((service, index) => ({
    service,
    source: { ref: route.ref, pointer: `${route.pointer}/services/${index}` },
  }));
  const written = weigh(sources.filter(({ service }) => service.mirror !== true));
  const mirrors = sources.filter(({ service }) => service.mirror === true);
  const fault = mirrorFault(route, written, mirrors) ?? weightFault(route, written);
  if (fault !== null) return { action: closed(fault.reason), diagnostics: [fault] };

  const diagnostics: Diagnostic[] = [];
  const find = (item: Pick<Written, 'service' | 'source'>) => {
    const { name = '', port = 0, protocol = null } = item.service;
    const target = resolveBackend(reader, settings, item.source, {
      namespace: route.ref.namespace,
      name,
      port,
      protocol,
    });
    if ('severity' in target) diagnostics.push(target);
    return 'severity' in target ? null : target;
  };
  const backends: WeightedBackend[] = [];
  for (const item of written) {
    const target = find(item);
    const { effectiveWeight, source } = item;
    if (target !== null) backends.push({ target, weight: item.service.weight ?? null, effectiveWeight, source });
  }
  const mirror = mirrors[0] === undefined ? null : mirrorTo(mirrors[0], find(mirrors[0]));
  if (!backends.some((backend) => backend.effectiveWeight > 0)) {
    return { action: closed('ServiceUnresolvedReference'), diagnostics };
  }
  return { action: { type: 'Forward', backends: fitted(backends), mirror, websockets }, diagnostics };
}

export function closed(reason: string): RouteAction {
  return { type: 'Error', status: 503, reason };
}

/** A weight that is absent or zero gets nothing beside one that is not; where none is, all share alike. */
function weigh(items: readonly Pick<Written, 'service' | 'source'>[]): readonly Written[] {
  const total = items.reduce((sum, { service }) => sum + (service.weight ?? 0), 0);
  return items.map((item) => ({ ...item, effectiveWeight: total === 0 ? 1 : (item.service.weight ?? 0) }));
}

/** https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/route/v3/route_components.proto: the sum is a uint32. */
const maxTotalWeight = 4_294_967_295;

function weightFault(route: Source, items: readonly Written[]): Diagnostic | null {
  const bad = items.find(({ service }) => !isWeight(service.weight ?? 0));
  if (bad !== undefined)
    return diagnose(
      bad.source,
      'ServiceError/WeightNotValid',
      `weight ${bad.service.weight} is not a whole number from 0`,
    );
  const total = items.reduce((sum, item) => sum + item.effectiveWeight, 0);
  if (total <= maxTotalWeight) return null;
  return diagnose(
    route,
    'ServiceError/WeightNotValid',
    `the weights add up to ${total}, which is more than ${maxTotalWeight}`,
  );
}

function isWeight(weight: number): boolean {
  return Number.isSafeInteger(weight) && weight >= 0;
}

function mirrorFault(
  route: Source,
  written: readonly Written[],
  mirrors: readonly Pick<Written, 'source'>[],
): Diagnostic | null {
  const second = mirrors[1];
  if (second !== undefined)
    return diagnose(second.source, 'ServiceError/OnlyOneMirror', 'a route mirrors to one Service at most');
  if (written.length > 0) return null;
  const message = 'the route has only a mirror, which never answers; add the Service that does';
  return diagnose(route, 'RouteError/RouteActionCountNotValid', message);
}

/** A mirror's weight is a percentage; absent or zero means all requests. */
function mirrorTo(
  { service, source }: Pick<Written, 'service' | 'source'>,
  target: Mirror['target'] | null,
): Mirror | null {
  const weight = service.weight ?? 0;
  return target === null ? null : { target, percent: weight >= 1 && weight <= 100 ? weight : 100, source };
}
