import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import type { TraceRequest } from '../../routing/trace-item.ts';
import { CommandFailure } from '../failure.ts';
import type { EnvoyDoor } from './envoys.ts';

/** What came back; null where the connection was closed without an answer, as one without a certificate is. */
export interface RealAnswer {
  readonly status: number;
  readonly location: string | null;
  readonly byBackend: boolean;
  /** `namespace/service`, where the answer says so: that of an echo does. */
  readonly backend: string | null;
}

const answerMs = 15_000;
/** An echo says less; of other answers nothing but the head is wanted. */
const bodyBytes = 64 * 1024;

/** Sends the request as it is written, without a body. Rejects with CommandFailure. */
export async function sendRequest(request: TraceRequest, door: EnvoyDoor): Promise<RealAnswer | null> {
  const signal = AbortSignal.timeout(answerMs);
  const plain = await door.dial(request.scheme, signal);
  try {
    const stream = request.scheme === 'https' ? await shakeHands(plain, request.sni) : plain;
    return stream === null ? null : await ask(request, stream, door.name, signal);
  } finally {
    plain.destroy();
  }
}

/** The certificate is not looked at: it is Envoy's choice of a route that is asked for. Null where Envoy has none. */
async function shakeHands(plain: Duplex, sni: string | null): Promise<Duplex | null> {
  const socket = connectTls({ socket: plain, rejectUnauthorized: false, ...(sni === null ? {} : { servername: sni }) });
  socket.on('error', () => {});
  try {
    await Promise.race([
      once(socket, 'secureConnect'),
      once(socket, 'close').then(() => Promise.reject(new Error('closed'))),
    ]);
    return socket;
  } catch {
    socket.destroy();
    return null;
  }
}

async function ask(request: TraceRequest, stream: Duplex, name: string, signal: AbortSignal): Promise<RealAnswer> {
  const fields = [{ name: 'Host', value: request.authority }, ...request.headers];
  const sent = http.request({
    createConnection: () => stream,
    method: request.method,
    path: request.path,
    headers: fields.flatMap(({ name: field, value }) => [field, value]),
    signal,
  });
  try {
    sent.end();
    const answered = once(sent, 'response').then(([response]) => response as IncomingMessage);
    const upgraded = once(sent, 'upgrade').then(([response]) => response as IncomingMessage);
    upgraded.catch(() => {});
    answered.catch(() => {});
    const response = await Promise.race([answered, upgraded]);
    return await readAnswer(response);
  } catch (error) {
    const why = signal.aborted ? 'did not answer in time' : `broke off (${String(error)})`;
    throw new CommandFailure(`the Envoy ${name} ${why}`, [], { cause: error });
  } finally {
    sent.destroy();
  }
}

async function readAnswer(response: IncomingMessage): Promise<RealAnswer> {
  const { statusCode = 0, headers } = response;
  const text = statusCode === 101 ? '' : await firstBytes(response);
  return {
    status: statusCode,
    location: headers.location ?? null,
    // Envoy says so of every answer that is not its own.
    // https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/router_filter
    byBackend: headers['x-envoy-upstream-service-time'] !== undefined || statusCode === 101,
    backend: echoOf(headers['content-type'], text),
  };
}

async function firstBytes(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const piece of response) {
    text += String(piece);
    if (text.length > bodyBytes) break;
  }
  return text;
}

function echoOf(type: string | undefined, text: string): string | null {
  if (type?.startsWith('application/json') !== true) return null;
  try {
    const { namespace, service } = JSON.parse(text) as Readonly<Record<string, unknown>>;
    return typeof namespace === 'string' && typeof service === 'string' ? `${namespace}/${service}` : null;
  } catch {
    return null;
  }
}
