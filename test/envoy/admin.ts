import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

/** What Envoy answers on its admin socket. */
export async function askAdmin(socketPath: string, page: string): Promise<string> {
  const request = get({ socketPath, path: page, timeout: 5_000 });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return text(response);
}
