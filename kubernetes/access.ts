import { X509Certificate } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { AccessError } from './errors.ts';

/** Where the API server is, and how we say who we are. */
export interface Access {
  /** `https://10.0.0.1:6443`, possibly with a path, without a slash at the end. */
  readonly server: string;
  /** What a request needs: certificates, headers, and an agent that keeps connections. Rejects with AccessError. */
  requestOptions(): Promise<https.RequestOptions>;
  /** Forgets tokens: the server has refused them. */
  renew(): void;
}

/** Certificates and tokens are read again after this long, so that rotated ones are noticed. */
const rereadAfterMs = 10_000;

export interface Clocks {
  /** Monotonic, in ms. */
  readonly now: () => number;
  /** What the calendar says, which certificates go by. */
  readonly date: () => Date;
}

/** @param load called anew by `renew`; the library remembers what credential plugins said */
export function createAccess(load: () => KubeConfig, { now, date }: Clocks): Access {
  let config = load();
  const server = config.getCurrentCluster()?.server ?? '';
  const agent = server.startsWith('http:') ? new http.Agent(keepAlive) : new https.Agent(keepAlive);
  let current: { readonly options: Promise<https.RequestOptions>; readonly until: number } | null = null;
  return {
    server,
    requestOptions() {
      if (current === null || now() >= current.until) {
        const options = optionsOf(config, agent, date());
        current = { options, until: now() + rereadAfterMs };
        options.catch(() => (current = null));
      }
      return current.options;
    },
    renew() {
      current = null;
      config = load();
    },
  };
}

const keepAlive = { keepAlive: true, keepAliveMsecs: 15_000, maxSockets: Infinity };

async function optionsOf(config: KubeConfig, agent: http.Agent, today: Date): Promise<https.RequestOptions> {
  const options: https.RequestOptions = {};
  try {
    await config.applyToHTTPSOptions(options);
  } catch (error) {
    throw new AccessError(sentenceFor(config, error));
  }
  refuseExpired(config, options.cert, today);
  const headers = Object.entries(options.headers ?? {}).map(([name, value]) => [name, String(value).trim()] as const);
  // The library's own agents keep no connections; the one that goes through a proxy is all that we take of them.
  const proxied = Boolean(config.getCurrentCluster()?.proxyUrl);
  return { ...options, headers: Object.fromEntries(headers), agent: proxied ? options.agent : agent };
}

function refuseExpired(config: KubeConfig, pem: https.RequestOptions['cert'], today: Date): void {
  if (typeof pem !== 'string' && !Buffer.isBuffer(pem)) return;
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(pem);
  } catch {
    throw new AccessError(`the client certificate of user ${userOf(config)} holds no certificate`);
  }
  if (certificate.validToDate > today) return;
  const day = certificate.validToDate.toISOString().slice(0, 10);
  throw new AccessError(`the client certificate of user ${userOf(config)} expired on ${day}`);
}

function userOf(config: KubeConfig): string {
  return JSON.stringify(config.getCurrentUser()?.name ?? '');
}

/** What a plugin printed may hold a token, so none of it is repeated. */
function sentenceFor(config: KubeConfig, error: unknown): string {
  const { code, path } = error as { readonly code?: unknown; readonly path?: unknown };
  const exec = config.getCurrentUser()?.exec as { readonly command?: unknown } | null | undefined;
  if (exec) {
    const why = code === 'ENOENT' ? 'was not found' : 'gave no credential';
    return `the credential plugin ${JSON.stringify(exec.command ?? '')} of user ${userOf(config)} ${why}`;
  }
  if (typeof path === 'string') return `${path} cannot be read (${String(code)})`;
  return `the credentials of user ${userOf(config)} cannot be used`;
}
