import type { Container, EnvVar, FieldRef, Pod } from './pod.ts';

/** What a container's environment is made from. Data of ConfigMaps and Secrets is text here. */
export interface EnvironmentPorts {
  /** The data; null where there is no such object. */
  configMap(name: string): Promise<ReadonlyMap<string, string> | null>;
  secret(name: string): Promise<ReadonlyMap<string, string> | null>;
  readonly podIP: string;
  readonly hostIP: string;
  /** Variables for the Services of the namespace. */
  readonly services: ReadonlyMap<string, string>;
}

/** The value of a field of the Pod, as environments and downward files take it. */
export function fieldOf(pod: Pod, { fieldPath }: FieldRef, ports: { podIP: string; hostIP: string }): string {
  const { metadata, spec } = pod;
  const [, map = '', key = ''] = /^metadata\.(labels|annotations)\['([^']+)'\]$/.exec(fieldPath) ?? [];
  if (map === 'labels' || map === 'annotations') return metadata[map]?.[key] ?? '';
  const list = (all: Readonly<Record<string, string>> = {}): string =>
    Object.entries(all)
      .map(([name, value]) => `${name}=${JSON.stringify(value)}\n`)
      .join('');
  const fields = new Map<string, string | undefined>([
    ['metadata.name', metadata.name],
    ['metadata.namespace', metadata.namespace],
    ['metadata.uid', metadata.uid],
    ['metadata.labels', list(metadata.labels)],
    ['metadata.annotations', list(metadata.annotations)],
    ['spec.nodeName', spec.nodeName],
    ['spec.serviceAccountName', spec.serviceAccountName],
    ['status.podIP', ports.podIP],
    ['status.podIPs', ports.podIP],
    ['status.hostIP', ports.hostIP],
    ['status.hostIPs', ports.hostIP],
  ]);
  const value = fields.get(fieldPath);
  if (value === undefined) throw new Error(`fieldPath ${fieldPath} is not known here`);
  return value;
}

/**
 * `$(NAME)` of a text; `$$` is a dollar sign, and what is not known stays as it is.
 * https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
 */
export function expand(text: string, known: ReadonlyMap<string, string>): string {
  return text.replace(/\$\$|\$\(([^)]*)\)/g, (whole, name: string | undefined) =>
    name === undefined ? '$' : (known.get(name) ?? whole),
  );
}

function required<Value>(value: Value | null | undefined, optional: boolean | undefined, what: string): Value | null {
  if (value !== null && value !== undefined) return value;
  if (optional === true) return null;
  throw new Error(`${what} not found`);
}

async function referred(container: Container, variable: EnvVar, pod: Pod, ports: EnvironmentPorts) {
  const { fieldRef, configMapKeyRef, secretKeyRef, resourceFieldRef } = variable.valueFrom ?? {};
  if (fieldRef !== undefined) return fieldOf(pod, fieldRef, ports);
  if (resourceFieldRef !== undefined) return resourceOf(container, resourceFieldRef.resource);
  const reference = configMapKeyRef ?? secretKeyRef;
  if (reference === undefined) return null;
  const kind = configMapKeyRef === undefined ? 'secret' : 'configMap';
  const data = required(await ports[kind](reference.name), reference.optional, `${kind} "${reference.name}"`);
  return required(data?.get(reference.key), reference.optional, `key ${reference.key} in ${kind} "${reference.name}"`);
}

/** As it is written: what is not limited has all of the machine, which nobody here asks for. */
function resourceOf({ name, resources }: Container, resource: string): string {
  const [kind = '', unit = ''] = resource.split('.');
  const written = kind === 'limits' || kind === 'requests' ? resources?.[kind]?.[unit] : undefined;
  if (written === undefined) throw new Error(`container ${name} has no ${resource}`);
  const [, amount = '', suffix = ''] = /^([0-9.]+)([A-Za-z]*)$/.exec(written) ?? [];
  const factors = new Map([
    ['', 1],
    ['m', 0.001],
    ...['k', 'M', 'G', 'T'].map((letter, index) => [letter, 1000 ** (index + 1)] as const),
    ...['Ki', 'Mi', 'Gi', 'Ti'].map((letter, index) => [letter, 1024 ** (index + 1)] as const),
  ]);
  return String(Math.ceil(Number(amount) * (factors.get(suffix) ?? NaN)));
}

async function fromObjects(container: Container, ports: EnvironmentPorts): Promise<[string, string][]> {
  const found: [string, string][] = [];
  for (const { prefix = '', configMapRef, secretRef } of container.envFrom ?? []) {
    const reference = configMapRef ?? secretRef;
    if (reference === undefined) continue;
    const kind = configMapRef === undefined ? 'secret' : 'configMap';
    const data = required(await ports[kind](reference.name), reference.optional, `${kind} "${reference.name}"`);
    for (const [key, value] of data ?? []) found.push([`${prefix}${key}`, value]);
  }
  return found;
}

/** Everything that the spec puts into a container's environment. Rejects where something it names is not there. */
export async function environmentOf(
  container: Container,
  pod: Pod,
  ports: EnvironmentPorts,
): Promise<ReadonlyMap<string, string>> {
  const known = new Map([...ports.services, ...(await fromObjects(container, ports))]);
  for (const variable of container.env ?? []) {
    const value =
      variable.valueFrom === undefined
        ? expand(variable.value ?? '', known)
        : await referred(container, variable, pod, ports);
    if (value !== null) known.set(variable.name, value);
  }
  return known;
}

interface ServiceLinks {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly clusterIP?: string;
    readonly ports?: readonly { readonly name?: string; readonly port: number; readonly protocol?: string }[];
  };
}

/** https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables */
export function serviceVariables(services: readonly ServiceLinks[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { metadata, spec } of services) {
    const { clusterIP, ports = [] } = spec;
    const [first] = ports;
    if (clusterIP === undefined || clusterIP === 'None' || clusterIP === '' || first === undefined) continue;
    const word = (text: string): string => text.toUpperCase().replaceAll('-', '_');
    const name = word(metadata.name);
    found.set(`${name}_SERVICE_HOST`, clusterIP).set(`${name}_SERVICE_PORT`, String(first.port));
    for (const { name: port, port: number, protocol = 'TCP' } of ports) {
      if (port !== undefined) found.set(`${name}_SERVICE_PORT_${word(port)}`, String(number));
      const kind = protocol.toLowerCase();
      const url = `${kind}://${clusterIP}:${number}`;
      if (number === first.port) found.set(`${name}_PORT`, url);
      const link = `${name}_PORT_${number}_${protocol}`;
      found.set(link, url).set(`${link}_PROTO`, kind).set(`${link}_PORT`, String(number));
      found.set(`${link}_ADDR`, clusterIP);
    }
  }
  return found;
}
