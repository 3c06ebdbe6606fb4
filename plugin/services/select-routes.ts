import type { RouteItem } from '../../routing/route-item.ts';

/** Which rows are wanted of those that a question is answered with. */
export interface RouteSelection {
  /** As objects write it; null for all. */
  readonly kind: string | null;
  /** A Service that gets requests, copies of them included; `namespace` is null for any. */
  readonly service: { readonly namespace: string | null; readonly name: string } | null;
}

export function selectRoutes(items: readonly RouteItem[], { kind, service }: RouteSelection): readonly RouteItem[] {
  return items.filter(
    (item) => (kind === null || item.source.kind === kind) && (service === null || leadsTo(item, service)),
  );
}

function leadsTo({ action }: RouteItem, wanted: NonNullable<RouteSelection['service']>): boolean {
  if (action?.type !== 'Forward') return false;
  const { backends, mirror } = action;
  const targets = mirror === null ? backends : [...backends, mirror];
  return targets.some(({ namespace, name }) => name === wanted.name && (wanted.namespace ?? namespace) === namespace);
}

/** `written by an Ingress`, `that lead to Service cart/web`. */
export function selectionWords({ kind, service }: RouteSelection): readonly string[] {
  const { namespace = null, name = '' } = service ?? {};
  return [
    ...(service === null ? [] : [`that lead to Service ${namespace === null ? name : `${namespace}/${name}`}`]),
    ...(kind === null ? [] : [`of kind ${kind}`]),
  ];
}
