import type { Service } from '../../routing/objects/kubernetes-object.ts';
import type { BackendOverride } from './backends.ts';

const namedAtMost = 10;

function onlyOf(names: readonly (string | number)[]): string {
  const more = names.length > namedAtMost ? ` and ${names.length - namedAtMost} more` : '';
  return names.length === 0 ? '' : `, only ${names.slice(0, namedAtMost).join(', ')}${more}`;
}

/** Why a `--backend` moves no traffic, with what it could have named; null where it moves some. */
export function idleBackend(
  { namespace, service, servicePort }: BackendOverride,
  services: readonly Service[],
): string | null {
  const wanted = `${namespace}/${service}`;
  const names = services.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
  const found = services[names.indexOf(wanted)];
  if (found === undefined)
    return `--backend ${wanted} changes nothing: there is no Service ${wanted}${onlyOf(names.toSorted())}`;
  const ports = found.spec.ports.map(({ port }) => port);
  if (servicePort === null || ports.includes(servicePort)) return null;
  return `--backend ${wanted}:${servicePort} changes nothing: Service ${wanted} has no port ${servicePort}${onlyOf(ports)}`;
}
