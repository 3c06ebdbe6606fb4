import { conform } from './conform.ts';
import type { Problem } from './diagnostic.ts';
import { deepFreeze } from './freeze.ts';
import { ingressSchema } from './ingress-schema.ts';
import type { Ingress, IngressBackend, IngressPath, IngressTls } from './kubernetes-object.ts';
import { type Metadata, metadataOf } from './metadata.ts';
import type { Place } from './place.ts';
import type { Shape } from './schema.ts';
import { soundItems, type PlacedItem } from './sound-items.ts';

type Spec = NonNullable<Shape<typeof ingressSchema>['spec']>;
type RawRule = NonNullable<Spec['rules']>[number];
type RawTls = NonNullable<Spec['tls']>[number];
type RawPath = NonNullable<NonNullable<RawRule['http']>['paths']>[number];

/**
 * Null where it has no name; `place.problems` holds the reason then. A rule whose host cannot be read,
 * and a path whose match cannot be, are left out: kept, they would stand for every host or every path.
 */
export function decodeIngress(raw: unknown, place: Place): Ingress | null {
  const whole = conform(ingressSchema, raw, place);
  const metadata = metadataOf(whole?.metadata, 'namespaced', place);
  if (metadata === null) return null;
  const { problems } = place;
  const { ingressClassName = null, defaultBackend, rules, tls } = whole?.spec ?? {};
  const websockets = websocketPaths(metadata);
  const spec = deepFreeze({
    ingressClassName,
    defaultBackend: defaultBackend === undefined ? null : backendOf(defaultBackend),
    paths: pathsByHost(soundItems(rules, '/spec/rules', problems, '/http'), problems, websockets),
    ...tlsIn(soundItems(tls, '/spec/tls', problems)),
  });
  return { kind: 'Ingress', metadata, spec, problems };
}

function websocketPaths({ annotations }: Metadata): ReadonlySet<string> {
  const listed = annotations.get('projectcontour.io/websocket-routes') ?? '';
  return new Set(listed.split(',').map((path) => path.trim()));
}

function pathsByHost(
  rules: readonly PlacedItem<RawRule>[],
  problems: readonly Problem[],
  websockets: ReadonlySet<string>,
): ReadonlyMap<string, readonly IngressPath[]> {
  const byHost = new Map<string, IngressPath[]>();
  for (const { item, pointer } of rules) {
    const host = item.host === undefined || item.host === '' ? '*' : item.host.toLowerCase();
    const paths = byHost.get(host) ?? [];
    byHost.set(host, paths);
    for (const path of soundItems(item.http?.paths, `${pointer}/http/paths`, problems, '/backend'))
      paths.push(pathOf(path, websockets));
  }
  return byHost;
}

function pathOf({ item, pointer }: PlacedItem<RawPath>, websockets: ReadonlySet<string>): IngressPath {
  const path = item.path || '/';
  return {
    path,
    pathType: item.pathType ?? 'ImplementationSpecific',
    backend: backendOf(item.backend),
    websockets: websockets.has(path),
    pointer,
  };
}

function tlsIn(items: readonly PlacedItem<RawTls>[]): Pick<Ingress['spec'], 'tls' | 'tlsOf'> {
  const tlsOf = new Map<string, IngressTls>();
  const tls = items.map(({ item, pointer }) => {
    const one = { secretName: item.secretName ?? '', pointer };
    for (const host of item.hosts ?? []) if (!tlsOf.has(host.toLowerCase())) tlsOf.set(host.toLowerCase(), one);
    return one;
  });
  return { tls, tlsOf };
}

function backendOf(raw: RawPath['backend']): IngressBackend {
  const { name, port } = raw?.service ?? {};
  const number = port?.number === 0 ? undefined : port?.number;
  const chosen = port?.name || number;
  return { service: name === undefined || chosen === undefined ? null : { name, port: chosen } };
}
