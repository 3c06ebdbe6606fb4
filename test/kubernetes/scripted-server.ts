import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

/** Answers one request, byte for byte. */
export type Step = (response: ServerResponse, request: IncomingMessage) => void;

export interface ScriptedServer {
  readonly url: string;
  /** What was asked, in order, with its query and its headers. */
  readonly requests: readonly { readonly url: URL; readonly headers: IncomingMessage['headers'] }[];
  close(): Promise<void>;
}

/** Plays a step a request; when no step is left a request is never answered. */
export async function playServer(steps: readonly Step[]): Promise<ScriptedServer> {
  const requests: { url: URL; headers: IncomingMessage['headers'] }[] = [];
  const server = createServer((request, response) => {
    const step = steps[requests.length];
    requests.push({ url: new URL(request.url ?? '', 'http://server'), headers: request.headers });
    response.socket?.setNoDelay(true);
    step?.(response, request);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export function proxy(name: string, resourceVersion: string, rest: object = {}): object {
  return {
    apiVersion: 'projectcontour.io/v1',
    kind: 'HTTPProxy',
    metadata: { namespace: 'shop', name, resourceVersion, managedFields: [{ manager: 'MARKER' }] },
    spec: { virtualhost: { fqdn: `${name}.example.com` } },
    ...rest,
  };
}

export function json(body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Step {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}

export function listOf(items: unknown, resourceVersion: string, next?: string): object {
  const metadata = { resourceVersion, ...(next === undefined ? {} : { continue: next }) };
  return { apiVersion: 'projectcontour.io/v1', kind: 'HTTPProxyList', metadata, items };
}

export function refusal(code: number, reason: string, headers: Readonly<Record<string, string>> = {}): Step {
  return json(
    { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message: `no: ${reason}` },
    code,
    headers,
  );
}

export function line(type: string, object: object): string {
  return `${JSON.stringify({ type, object })}\n`;
}

export function bookmark(resourceVersion: string): string {
  return line('BOOKMARK', { apiVersion: 'projectcontour.io/v1', kind: 'HTTPProxy', metadata: { resourceVersion } });
}

/** A watch that says this, and then: ends well, is reset, or stays open and silent. */
export function watch(text: string | readonly Buffer[], then: 'end' | 'reset' | 'silence' = 'silence'): Step {
  return (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    const chunks = typeof text === 'string' ? [Buffer.from(text)] : text;
    const next = (index: number): void => {
      const chunk = chunks[index];
      if (chunk !== undefined) response.write(chunk, () => setImmediate(next, index + 1));
      else if (then === 'end') response.end();
      else if (then === 'reset') response.socket?.resetAndDestroy();
    };
    next(0);
  };
}
