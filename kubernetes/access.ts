import http from 'node:http';
import https from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { AccessError } from './errors.ts';
import { createExecCredential, type ExecConfig, type ExecCredential, type ExecPorts } from './exec-credential.ts';
import { refuseUnusable } from './refuse-unusable.ts';

/** Where the API server is, and how we say who we are. */
export interface Access {
  /** `https://10.0.0.1:6443`, possibly with a path, without a slash at the end. */
  readonly server: string;
  /** Of the kubeconfig; null without one. */
  readonly context: string | null;
  /** That of the context, or of the Pod that we are in; null where none is written. */
  readonly namespace: string | null;
  /** `HOST:PORT` of the proxy on the way there; null where there is none. */
  readonly proxy: string | null;
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

/** Who we are and where the API server is, read once. */
export interface Identity {
  /** Has a current context with a cluster and a user, who has no `exec`. */
  readonly config: KubeConfig;
  readonly context: string | null;
  readonly namespace: string | null;
  readonly exec: ExecConfig | null;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
}

export interface AccessClocks extends Clocks {
  readonly plugins: Omit<ExecPorts, 'date'>;
}

/** @param load called anew by `renew` */
export function createAccess(load: () => Identity, ports: AccessClocks): Access {
  const { now, date } = ports;
  let identity = load();
  let credential = credentialOf(identity, ports);
  const { context, namespace } = identity;
  const server = identity.config.getCurrentCluster()?.server ?? '';
  const proxyUrl = identity.config.getCurrentCluster()?.proxyUrl ?? '';
  const agent = agentFor(server, proxyUrl);
  let current: { readonly options: Promise<https.RequestOptions>; readonly until: number } | null = null;
  let isUnusable = false;
  function reload(): void {
    identity = load();
    credential = credentialOf(identity, ports);
    isUnusable = false;
  }
  return {
    server,
    context,
    namespace,
    proxy: URL.parse(proxyUrl)?.host ?? null,
    requestOptions() {
      if (current === null || now() >= current.until) {
        // Somebody may have written it anew since.
        if (isUnusable) reload();
        const options = optionsOf(identity, credential, agent, date());
        current = { options, until: now() + rereadAfterMs };
        options.catch(() => {
          current = null;
          isUnusable = true;
        });
      }
      return current.options;
    },
    renew() {
      current = null;
      reload();
    },
  };
}

const keepAlive = { keepAlive: true, keepAliveMsecs: 15_000, maxSockets: Infinity };
/** How long a proxy may take to lead to the server. */
const tunnelMs = 15_000;

/** Null where the library's own is the one that knows the way. */
function agentFor(server: string, proxy: string): http.Agent | null {
  if (proxy.startsWith('socks')) return null;
  const isPlain = server.startsWith('http:');
  const through =
    proxy === '' ? {} : { proxyEnv: { [isPlain ? 'HTTP_PROXY' : 'HTTPS_PROXY']: proxy }, timeout: tunnelMs };
  return isPlain ? new http.Agent({ ...keepAlive, ...through }) : new https.Agent({ ...keepAlive, ...through });
}

function credentialOf({ config, exec }: Identity, { plugins, date }: AccessClocks): ExecCredential | null {
  if (exec === null) return null;
  const cluster = config.getCurrentCluster();
  const fields = {
    server: cluster?.server,
    'tls-server-name': cluster?.tlsServerName,
    'insecure-skip-tls-verify': cluster?.skipTLSVerify,
    'certificate-authority-data': cluster?.caData,
    'proxy-url': cluster?.proxyUrl,
  };
  const known = Object.entries(fields).filter(([, value]) => value !== undefined && value !== null && value !== '');
  const described = Object.fromEntries(known) as Readonly<Record<string, string | boolean>>;
  return createExecCredential(config.getCurrentUser()?.name ?? '', exec, described, { ...plugins, date });
}

async function optionsOf(
  { config, headers }: Identity,
  credential: ExecCredential | null,
  agent: http.Agent | null,
  today: Date,
): Promise<https.RequestOptions> {
  const options: https.RequestOptions = {};
  const { token = null, certificate = null, key = null } = (await credential?.get()) ?? {};
  try {
    await config.applyToHTTPSOptions(options);
  } catch (error) {
    throw new AccessError(sentenceFor(config, error));
  }
  if (certificate !== null && key !== null) Object.assign(options, { cert: certificate, key });
  const own = Object.entries(options.headers ?? {}).map(([name, value]) => [name, String(value).trim()] as const);
  const bearer = token === null ? {} : { Authorization: `Bearer ${token}` };
  const all = { ...Object.fromEntries(own), ...bearer, ...headers } as http.OutgoingHttpHeaders;
  const usable = refuseUnusable({ ...options, headers: all }, namesIn(config), today);
  // The library's own agents keep no connections, and wait for proxies for ever.
  return { ...usable, agent: agent ?? options.agent };
}

function namesIn(config: KubeConfig) {
  return {
    user: JSON.stringify(config.getCurrentUser()?.name ?? ''),
    cluster: JSON.stringify(config.getCurrentCluster()?.name ?? ''),
  };
}

/** What an identity provider said may hold a token, so none of it is repeated. */
function sentenceFor(config: KubeConfig, error: unknown): string {
  const { code, path } = error as { readonly code?: unknown; readonly path?: unknown };
  if (typeof path === 'string') return `${path} cannot be read (${String(code)})`;
  return `the credentials of user ${namesIn(config).user} cannot be used`;
}
