import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { Fault } from '../fault.ts';

/** `--backend NS/SERVICE[:PORT]=HOST:PORT`: a Service's traffic goes to a real process. */
export interface BackendOverride {
  readonly namespace: string;
  readonly service: string;
  /** The Service's port; null for each of them. */
  readonly servicePort: number | null;
  readonly host: string;
  readonly port: number;
}

const form = /^([a-z0-9.-]+)\/([a-z0-9.-]+)(?::([0-9]{1,5}))?=(?:\[([0-9a-fA-F:.]+)\]|([^:[\]\s]+)):([0-9]{1,5})$/;

function isPort(port: number): boolean {
  return port >= 1 && port <= 65_535;
}

/** Throws a Fault that names the form. */
export function parseBackend(text: string): BackendOverride {
  const [, namespace = '', service = '', servicePort, ipv6, name, port] = form.exec(text) ?? [];
  const override = {
    namespace,
    service,
    servicePort: servicePort === undefined ? null : Number(servicePort),
    host: ipv6 ?? name ?? '',
    port: Number(port),
  };
  if (namespace !== '' && isPort(override.port) && isPort(override.servicePort ?? 1)) return override;
  throw new Fault(`--backend takes NAMESPACE/SERVICE[:PORT]=HOST:PORT, and not ${text}`);
}

/** Envoy is given addresses and resolves no name, so a name becomes its first address here. Throws a Fault. */
export async function resolveBackend(override: BackendOverride): Promise<BackendOverride> {
  if (isIP(override.host) !== 0) return override;
  try {
    const { address } = await lookup(override.host, { order: 'ipv4first' });
    return { ...override, host: address };
  } catch {
    throw new Fault(`--backend names the host ${override.host}, which has no address`);
  }
}
