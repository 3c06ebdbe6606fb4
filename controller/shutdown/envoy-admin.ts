import { request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { codeOf, messageOf } from '../fault.ts';

export type AdminAnswer =
  | { readonly type: 'answered'; readonly status: number; readonly body: string }
  /** Nobody listens there: Envoy is not up, or not any more. */
  | { readonly type: 'gone' }
  | { readonly type: 'failed'; readonly reason: string };

/** Envoy's admin interface. https://www.envoyproxy.io/docs/envoy/latest/operations/admin */
export type EnvoyAdmin = (method: 'GET' | 'POST', path: string) => Promise<AdminAnswer>;

const patienceMs = 5_000;

export function createEnvoyAdmin(socketPath: string): EnvoyAdmin {
  return async (method, path) => {
    try {
      const response = await new Promise<IncomingMessage>((resolve, reject) => {
        const signal = AbortSignal.timeout(patienceMs);
        request({ socketPath, path, method, agent: false, signal }).once('response', resolve).on('error', reject).end();
      });
      return { type: 'answered', status: response.statusCode ?? 0, body: await text(response) };
    } catch (error) {
      if (['ENOENT', 'ECONNREFUSED'].includes(codeOf(error))) return { type: 'gone' };
      return { type: 'failed', reason: codeOf(error) || messageOf(error) };
    }
  };
}
