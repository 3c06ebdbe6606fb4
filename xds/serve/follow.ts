import { Client, credentials, logVerbosity, setLogVerbosity, type ChannelCredentials } from '@grpc/grpc-js';

export interface FollowOptions {
  /** `HOST:PORT`, an IPv6 address in brackets. */
  readonly address: string;
  readonly path: string;
  /** PEM; null speaks plain text. The server must have a certificate of that authority, for `serverName`. */
  readonly tls: { readonly ca: Uint8Array; readonly certificate: Uint8Array; readonly key: Uint8Array } | null;
  /** The name that the certificate of every controller has, wherever it runs. */
  readonly serverName: string;
  readonly onMessage: (bytes: Uint8Array) => void;
}

const clientOptions = {
  // A server that has gone without a word is noticed within 8 s.
  'grpc.keepalive_time_ms': 5_000,
  'grpc.keepalive_timeout_ms': 3_000,
  'grpc.max_receive_message_length': 16 * 1024 * 1024,
  // Who calls again has a pause of its own between its attempts.
  'grpc.enable_retries': 0,
};

const credentialsOf = (tls: FollowOptions['tls']): ChannelCredentials =>
  tls === null
    ? credentials.createInsecure()
    : credentials.createSsl(Buffer.from(tls.ca), Buffer.from(tls.key), Buffer.from(tls.certificate));

/** What the library says around the reason is of no use to a reader. */
const reasonIn = (details: string): string =>
  (/Last error: (?:Error: )?(.*?)\.? Resolution note:/s.exec(details)?.[1] ?? details).slice(0, 200);

/** Follows a feed until it ends, and resolves to why, in the library's words; `signal` ends it too. */
export const followFeed = (options: FollowOptions, signal: AbortSignal): Promise<string> => {
  // The library would print its own words beside ours.
  setLogVerbosity(logVerbosity.NONE);
  const { address, path, tls, serverName, onMessage } = options;
  const names =
    tls === null ? {} : { 'grpc.ssl_target_name_override': serverName, 'grpc.default_authority': serverName };
  const client = new Client(address, credentialsOf(tls), { ...clientOptions, ...names });
  const asIs = (bytes: Buffer): Buffer => bytes;
  const call = client.makeServerStreamRequest<Buffer, Buffer>(path, asIs, asIs, Buffer.alloc(0));
  const cancel = (): void => call.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  if (signal.aborted) cancel();
  return new Promise((resolve) => {
    call.on('data', (bytes: Buffer) => {
      if (!signal.aborted) onMessage(bytes);
    });
    call.on('error', () => {}); // The status says the same.
    call.on('status', ({ details }) => {
      signal.removeEventListener('abort', cancel);
      client.close();
      resolve(reasonIn(details));
    });
  });
};
