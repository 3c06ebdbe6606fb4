import { EventEmitter, once } from 'node:events';
import {
  Client,
  credentials,
  type ChannelCredentials,
  type ChannelOptions,
  type ClientDuplexStream,
  type StatusObject,
} from '@grpc/grpc-js';
import {
  DeltaDiscoveryRequest,
  DeltaDiscoveryResponse,
  DiscoveryRequest,
  DiscoveryResponse,
} from '../../xds/proto/generated/envoy/service/discovery/v3/discovery.ts';

const deltaAds = '/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources';
const sotwAds = '/envoy.service.discovery.v3.AggregatedDiscoveryService/StreamAggregatedResources';

/** A stream of a real client; every message passes through the generated codec, ours and theirs alike. */
export interface TestStream<Request, Response> {
  readonly call: ClientDuplexStream<Request, Response>;
  send(request: Request): void;
  /** The next response that was not taken yet. Rejects when the stream ends, or nothing comes within `timeout`. */
  next(timeout?: number): Promise<Response>;
  /** Responses that arrived and were not taken. */
  waiting(): number;
  /** How the stream ended. */
  readonly status: Promise<StatusObject>;
}

const open = <Request, Response>(
  client: Client,
  path: string,
  request: { encode(message: Request): { finish(): Uint8Array } },
  response: { decode(bytes: Uint8Array): Response },
): TestStream<Request, Response> => {
  const call = client.makeBidiStreamRequest<Request, Response>(
    path,
    (message) => Buffer.from(request.encode(message).finish()),
    (bytes) => response.decode(bytes),
  );
  const arrived: Response[] = [];
  const arrivals = new EventEmitter();
  const status = new Promise<StatusObject>((resolve) => call.on('status', resolve));
  call.on('data', (message: Response) => {
    arrived.push(message);
    arrivals.emit('any');
  });
  // The status says the same, and is there to be awaited.
  call.on('error', () => arrivals.emit('any'));
  return {
    call,
    status,
    send: (message) => void call.write(message),
    waiting: () => arrived.length,
    async next(timeout = 5_000) {
      if (arrived.length === 0) await once(arrivals, 'any', { signal: AbortSignal.timeout(timeout) });
      const message = arrived.shift();
      if (message === undefined) throw new Error(`the stream ended: ${(await status).details}`);
      return message;
    },
  };
};

export const connect = (
  address: string,
  channel: ChannelCredentials = credentials.createInsecure(),
  options: ChannelOptions = {},
) => {
  const client = new Client(address, channel, { 'grpc.max_receive_message_length': -1, ...options });
  return {
    delta: (path = deltaAds) =>
      open<DeltaDiscoveryRequest, DeltaDiscoveryResponse>(client, path, DeltaDiscoveryRequest, DeltaDiscoveryResponse),
    sotw: (path = sotwAds) =>
      open<DiscoveryRequest, DiscoveryResponse>(client, path, DiscoveryRequest, DiscoveryResponse),
    raw: (path = deltaAds) =>
      open<Uint8Array, Uint8Array>(
        client,
        path,
        { encode: (message) => ({ finish: () => message }) },
        { decode: (bytes) => bytes },
      ),
    close: () => client.close(),
  };
};
