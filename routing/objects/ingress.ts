import { conform } from './conform.ts';
import type { Problem } from './diagnostic.ts';
import { deepFreeze } from './freeze.ts';
import { ingressSchema } from './ingress-schema.ts';
import type { Ingress, IngressBackend, IngressPath, IngressRule } from './kubernetes-object.ts';
import { metadataOf } from './metadata.ts';
import type { Place } from './place.ts';
import type { Shape } from './schema.ts';
import { soundItems, type PlacedItem } from './sound-items.ts';

type Spec = NonNullable<Shape<typeof ingressSchema>['spec']>;
type RawRule = NonNullable<Spec['rules']>[number];
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
  const spec = deepFreeze({
    ingressClassName,
    defaultBackend: defaultBackend === undefined ? null : backendOf(defaultBackend),
    rules: soundItems(rules, '/spec/rules', problems, '/http').map((rule) => ruleOf(rule, problems)),
    tls: soundItems(tls, '/spec/tls', problems).map(({ item, pointer }) => ({
      hosts: item.hosts ?? [],
      secretName: item.secretName ?? '',
      pointer,
    })),
  });
  return { kind: 'Ingress', metadata, spec, problems };
}

function ruleOf({ item, pointer }: PlacedItem<RawRule>, problems: readonly Problem[]): IngressRule {
  const paths = soundItems(item.http?.paths, `${pointer}/http/paths`, problems, '/backend');
  return { host: item.host ?? '', paths: paths.map(pathOf), pointer };
}

function pathOf({ item, pointer }: PlacedItem<RawPath>): IngressPath {
  return {
    path: item.path || '/',
    pathType: item.pathType ?? 'ImplementationSpecific',
    backend: backendOf(item.backend),
    pointer,
  };
}

function backendOf(raw: RawPath['backend']): IngressBackend {
  const { name, port } = raw?.service ?? {};
  const number = port?.number === 0 ? undefined : port?.number;
  const chosen = port?.name || number;
  return { service: name === undefined || chosen === undefined ? null : { name, port: chosen } };
}
