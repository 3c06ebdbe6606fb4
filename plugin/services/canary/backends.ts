import { isList, valueAt, type Json } from '../../../files/edit/json-patch.ts';
import { closest } from '../../../routing/objects/edit-distance.ts';
import type { RouteChange, ServiceShare } from './plan.ts';
import { problemOf, type Problem } from '../change/problem.ts';

/** What is known of a Service and of what answers for it. */
export type Backend =
  | { readonly type: 'found'; readonly endpoints: EndpointCount | null }
  | { readonly type: 'missing'; readonly others: readonly string[] }
  /** We may not look. */
  | { readonly type: 'unknown' };

export interface EndpointCount {
  readonly ready: number;
  readonly total: number;
}

/** @param slices EndpointSlices of one Service; an address that is in two of them counts once */
export function countEndpoints(slices: readonly Json[]): EndpointCount {
  const ready = new Map<string, boolean>();
  for (const endpoint of slices.flatMap((slice) => listAt(slice, '/endpoints'))) {
    // https://kubernetes.io/docs/reference/kubernetes-api/service-resources/endpoint-slice-v1/: absent means true.
    const isReady = valueAt(endpoint, '/conditions/ready') !== false;
    for (const address of listAt(endpoint, '/addresses')) {
      if (typeof address === 'string') ready.set(address, isReady || (ready.get(address) ?? false));
    }
  }
  return { ready: [...ready.values()].filter(Boolean).length, total: ready.size };
}

/** Why requests must not be sent to where they are about to go; null where all is well, or nobody knows. */
export function backendFault(changes: readonly RouteChange[], backends: ReadonlyMap<string, Backend>): Problem | null {
  for (const { before, after } of changes) {
    for (const share of after) {
      const fault = shareFault(share, percentIn(before, share), backends.get(share.name));
      if (fault !== null) return fault;
    }
  }
  return null;
}

function percentIn(shares: readonly ServiceShare[], { service }: ServiceShare): number | null {
  return shares.find((each) => each.service === service)?.percent ?? null;
}

function shareFault(
  { name, percent }: ServiceShare,
  before: number | null,
  backend: Backend | undefined,
): Problem | null {
  if (backend?.type === 'missing' && before === null) {
    const similar = closest(name, backend.others);
    const meant = similar === null ? '' : `; did you mean ${similar}?`;
    return problemOf(`services "${name}" not found${meant}`, ['With --force it is written all the same.']);
  }
  const grows = percent > (before ?? 0);
  const ready = backend?.type === 'missing' ? 0 : backend?.type === 'found' ? backend.endpoints?.ready : undefined;
  if (!grows || ready !== 0) return null;
  return problemOf(`${name} has no endpoint that is ready, and would get ${percent}% of the requests`, [
    `See why: kubectl get endpointslices -l kubernetes.io/service-name=${name}   With --force it is written all the same.`,
  ]);
}

/** `3/3`, `?` */
export function readyText(backend: Backend | undefined): string {
  if (backend?.type === 'missing') return '-';
  const endpoints = backend?.type === 'found' ? backend.endpoints : null;
  return endpoints === null ? '?' : `${endpoints.ready}/${endpoints.total}`;
}

function listAt(value: Json, pointer: string): readonly Json[] {
  const list = valueAt(value, pointer);
  return isList(list) ? list : [];
}
