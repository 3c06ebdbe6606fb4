import type { Parameters } from './trace-parameters.ts';
import type { TreeQuery } from './tree-item.ts';

/** The parameters of /debug/tree that ask for this. */
export function treeParameters({
  host,
  name,
  namespace,
  certificates,
  services,
}: TreeQuery): readonly (readonly [string, string])[] {
  const given = [
    ['host', host],
    ['name', name],
    ['namespace', namespace],
    ['certs', certificates ? 'true' : null],
    ['services', services ? 'true' : null],
  ] as const;
  return given.flatMap(([key, value]) => (value === null ? [] : [[key, value] as const]));
}

export function readTreeParameters(parameters: Parameters): TreeQuery {
  const text = (name: string): string | null => parameters.get(name) || null;
  const isOn = (name: string): boolean => !['false', '0', null].includes(text(name));
  return {
    host: text('host'),
    name: text('name'),
    namespace: text('namespace'),
    certificates: isOn('certs'),
    services: isOn('services'),
  };
}
