import { once } from 'node:events';
import { createServer } from 'node:http';

/** Addresses of the Pod range, all of which is this machine's: the API server takes no loopback address for an endpoint. */
export const backends = [
  { name: 'a', address: '10.244.200.1' },
  { name: 'b', address: '10.244.200.2' },
] as const;

export const backendPort = 9080;

/** Two servers that answer with their name. */
export async function startBackends(): Promise<void> {
  for (const { name, address } of backends) {
    const server = createServer((_, response) => response.end(name)).listen(backendPort, address);
    server.keepAliveTimeout = 600_000;
    await once(server, 'listening');
  }
}
