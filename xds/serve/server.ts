import {
  Server,
  ServerCredentials,
  logVerbosity,
  setLogVerbosity,
  type ServerOptions,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import type { Dialect, WorldChange } from '../snapshot/resource.ts';
import { RenewableCredentials, type XdsTls } from './credentials.ts';
import type { Call, EnvoyReport } from './envoys.ts';
import { createFeeds, feedMethod, type FeedCall, type OpenFeed } from './feed.ts';
import { createHub } from './hub.ts';
import { definition, methods } from './methods.ts';

export type { XdsTls } from './credentials.ts';
export type { EnvoyReport } from './envoys.ts';

export interface XdsServerOptions {
  /** Null serves plain text. */
  readonly tls: XdsTls | null;
  /** Milliseconds since 1970, never going back. */
  readonly now?: () => number;
  /** Told of each fault of our own; the Envoy it hit has lost its streams and will come back. */
  readonly onFault?: (error: unknown) => void;
}

export interface XdsServer {
  /** `HOST:PORT` (port 0 for any) or `unix:PATH`. Resolves to the address in use, rejects with an error with `code`. */
  listen(address: string): Promise<string>;
  /** Shakes hands with these from now on; streams stay. Of no effect where plain text is served. */
  renew(tls: XdsTls): void;
  /** A part of a dialect's first world, before it is whole: told to new Envoys alone. */
  draft(dialect: Dialect, change: WorldChange): void;
  /** The next world of a dialect, as its difference to the last. No Envoy that serves is answered before the first. */
  publish(dialect: Dialect, change: WorldChange): void;
  /** Calls back for each client that speaks a dialect without a world. */
  demand(listener: (dialect: Dialect) => void): void;
  /** Those that are connected. */
  envoys(): readonly EnvoyReport[];
  /** Calls back after an Envoy came, went or answered, once for many at a time. */
  onProgress(listener: () => void): void;
  /** Serves one more method, of ours: whoever may speak to this server may follow. To be called before `listen`. */
  addFeed(path: string, open: OpenFeed): void;
  /** How many faults of our own were met. */
  faults(): number;
  close(): Promise<void>;
}

const serverOptions: ServerOptions = {
  // An Envoy that comes back names everything it holds: 85 bytes each, more than the default 4 MiB at 50,000.
  'grpc.max_receive_message_length': 64 * 1024 * 1024,
  // Half-open connections are found within 35 s.
  'grpc.keepalive_time_ms': 30_000,
  'grpc.keepalive_timeout_ms': 5_000,
};

/** For time-bound rules only: nothing that an event brings waits for it. In milliseconds. */
const tickInterval = 500;

/** How long clients are given to read why the server goes, in milliseconds. */
const grace = 250;

const wallClock = (): number => performance.timeOrigin + performance.now();

/** The gRPC library tells why only in words. */
const bindError = (address: string, cause: Error): Error => {
  const code = /\bE[A-Z]{3,}\b/.exec(cause.message)?.[0] ?? 'EUNKNOWN';
  return Object.assign(new Error(`cannot listen on ${address}: ${code}`, { cause }), { code });
};

const bind = (server: Server, address: string, credentials: ServerCredentials): Promise<string> =>
  new Promise((resolve, reject) => {
    server.bindAsync(address, credentials, (error, port) => {
      if (error !== null) reject(bindError(address, error));
      else resolve(address.startsWith('unix:') ? address : address.replace(/:\d+$/, `:${port}`));
    });
  });

const shutDown = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    // An xDS stream has no end of its own, so waiting for the last one to end would be waiting for ever.
    const force = setTimeout(() => server.forceShutdown(), grace);
    server.tryShutdown(() => {
      clearTimeout(force);
      resolve();
    });
  });

export const createXdsServer = ({ tls, now = wallClock, onFault = () => {} }: XdsServerOptions): XdsServer => {
  // The library would print its own words beside the one sentence that a failure is worth.
  setLogVerbosity(logVerbosity.NONE);
  const server = new Server(serverOptions);
  const hub = createHub({ now, onFault });
  const handlers = methods.map((method) => [method.path, (call: Call) => hub.open(method, call)]);
  server.addService(definition, Object.fromEntries(handlers) as UntypedServiceImplementation);
  const feeds = createFeeds(onFault);
  const secure = tls === null ? null : new RenewableCredentials(tls);
  const ticker = setInterval(hub.tick, tickInterval).unref();
  return {
    listen: (address) => bind(server, address, secure ?? ServerCredentials.createInsecure()),
    renew: (fresh) => secure?.renew(fresh),
    draft: hub.draft,
    publish: hub.publish,
    demand: hub.demand,
    envoys: hub.envoys,
    onProgress: hub.onProgress,
    addFeed(path, open) {
      const serve = (call: FeedCall): void => feeds.serve(call, open);
      server.addService({ [path]: feedMethod(path) }, { [path]: serve } as UntypedServiceImplementation);
    },
    faults: hub.faults,
    close() {
      clearInterval(ticker);
      hub.endAll();
      feeds.endAll();
      return shutDown(server);
    },
  };
};
