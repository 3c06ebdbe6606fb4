import { status } from '@grpc/grpc-js';
import type { StreamId } from '../snapshot/messages.ts';
import { BadRequest, decodeRequest, type Identity } from './decode.ts';
import { endCall, type Delivery } from './delivery.ts';
import type { Call, Envoy } from './envoys.ts';
import type { Method } from './methods.ts';

export interface StreamPorts {
  readonly delivery: Delivery;
  /** Finds the Envoy that a stream belongs to, and opens the stream there. */
  join(stream: Stream, identity: Identity): void;
  /** Meets a fault that no rule foresees: the stream ends, and with it the Envoy's state. */
  failed(stream: Stream, error: unknown): void;
  /** Something was answered, or a stream ended. */
  progressed(): void;
}

/** One gRPC stream. Only its first message has to say who asks, so it belongs to nobody before that. */
export interface Stream {
  readonly id: StreamId;
  readonly method: Method;
  readonly call: Call;
  envoy: Envoy | null;
  ended: boolean;
}

const leave = (ports: StreamPorts, stream: Stream): void => {
  if (stream.ended) return;
  stream.ended = true;
  const { envoy, id } = stream;
  if (envoy?.calls.delete(id) !== true) return;
  ports.delivery.guarded(envoy, { type: 'closed', stream: id });
  ports.progressed();
};

const refuse = (ports: StreamPorts, stream: Stream, why: string): void => {
  leave(ports, stream);
  endCall(stream.call, status.INVALID_ARGUMENT, why);
};

const receive = (ports: StreamPorts, stream: Stream, bytes: Buffer): void => {
  const { identity, request } = decodeRequest(stream.method, bytes);
  if (stream.envoy === null && identity === null) throw new BadRequest('the first request must say which node asks');
  if (stream.envoy === null && identity !== null) ports.join(stream, identity);
  if (stream.envoy === null || request === null) return;
  ports.delivery.guarded(stream.envoy, { type: 'request', stream: stream.id, request });
  ports.progressed();
};

/** Serves one stream until it ends. */
export const serveStream = (ports: StreamPorts, id: StreamId, method: Method, call: Call): void => {
  const stream: Stream = { id, method, call, envoy: null, ended: false };
  call.on('data', (bytes: Buffer) => {
    if (stream.ended) return;
    try {
      receive(ports, stream, bytes);
    } catch (error) {
      if (error instanceof BadRequest) refuse(ports, stream, error.message);
      else ports.failed(stream, error);
    }
  });
  call.on('drain', () => {
    if (stream.envoy?.calls.has(id) === true) ports.delivery.guarded(stream.envoy, { type: 'writable', stream: id });
  });
  call.on('end', () => {
    leave(ports, stream);
    call.end();
  });
  for (const over of ['cancelled', 'error', 'close']) call.on(over, () => leave(ports, stream));
};
