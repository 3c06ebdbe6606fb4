import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from 'vitest';

/** A debug endpoint that says what a test wants. */
export interface DebugEndpoint {
  readonly url: string;
  /** What each request asked, with its query. */
  readonly asked: readonly string[];
  /** The next answer, to those who are following too. */
  say(report: object): void;
}

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** Closed after the test. */
export async function debugEndpoint(first: object): Promise<DebugEndpoint> {
  let current = first;
  const asked: string[] = [];
  const followers = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (request.url?.includes('watch=1') !== true) {
      response.end(JSON.stringify(current));
      return;
    }
    followers.add(response);
    response.on('close', () => followers.delete(response));
    response.write(`${JSON.stringify(current)}\n`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    say(report) {
      current = report;
      for (const follower of followers) follower.write(`${JSON.stringify(report)}\n`);
    },
  };
}

/** The beginning of each report. */
export function reportHead(kind: string): object {
  const source = { from: 'controller', version: '9.8.7', directory: 'manifests' };
  return { apiVersion: 'cli.kubectl-contour.io/v1', kind, source, faults: [] };
}
