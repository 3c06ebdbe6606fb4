import { delimiter } from 'node:path';
import type { AccessFrom } from '../kubernetes/kube-config.ts';
import { Fault } from './fault.ts';
import { parseFlags, type Flags, type FlagTable } from './flags.ts';
import type { LogFormat } from './log.ts';
import { readStatusConfig, type StatusConfig, statusFlags } from './status/status-config.ts';

export interface SocketConfig {
  readonly address: string;
  readonly port: number;
}

/** Files of the certificate this controller shows to Envoys, and of the authority theirs must come from. */
export interface TlsFiles {
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

export interface ClusterConfig {
  readonly from: AccessFrom;
  /** Those to watch, one by one; all where it is empty. */
  readonly namespaces: readonly string[];
  readonly status: StatusConfig;
}

/** Everything `contour serve` was told. Nothing reads argv or the environment after this. */
export interface ServeConfig {
  /** Empty with a cluster. */
  readonly manifests: readonly string[];
  /** Null with manifests. */
  readonly cluster: ClusterConfig | null;
  readonly xds: SocketConfig;
  /** Null with --insecure. */
  readonly tls: TlsFiles | null;
  readonly debug: SocketConfig;
  /** Null where nobody probes. */
  readonly health: SocketConfig | null;
  readonly envoyHttp: SocketConfig;
  readonly envoyHttps: SocketConfig;
  readonly useProxyProtocol: boolean;
  readonly rootNamespaces: readonly string[];
  readonly ingressClassNames: readonly string[];
  readonly log: { readonly format: LogFormat; readonly debug: boolean };
}

export const serveFlags: FlagTable = {
  manifests: {
    type: 'string',
    multiple: true,
    value: 'PATH',
    help: 'File or folder of YAML to serve; may be given again',
  },
  incluster: { type: 'boolean', help: 'Serve the cluster that this Pod is in' },
  kubeconfig: { type: 'string', value: 'FILE', help: "Serve the cluster of FILE's current context (or KUBECONFIG)" },
  'watch-namespaces': {
    type: 'string',
    value: 'NS,NS',
    help: 'Namespaces of the cluster to read, one by one; all at once where it is not given',
  },
  'xds-address': { type: 'string', value: 'ADDRESS', default: '127.0.0.1', help: 'Where Envoys connect' },
  'xds-port': { type: 'string', value: 'PORT', default: '8001', help: 'Where Envoys connect' },
  insecure: { type: 'boolean', help: 'Serve Envoys without TLS' },
  'contour-cafile': {
    type: 'string',
    value: 'FILE',
    help: "Authority of the Envoys' certificates (or CONTOUR_CAFILE)",
  },
  'contour-cert-file': { type: 'string', value: 'FILE', help: 'Certificate to show to Envoys (or CONTOUR_CERT_FILE)' },
  'contour-key-file': { type: 'string', value: 'FILE', help: 'Key of that certificate (or CONTOUR_KEY_FILE)' },
  'debug-http-address': {
    type: 'string',
    value: 'ADDRESS',
    default: '127.0.0.1',
    help: 'Where the debug endpoint listens',
  },
  'debug-http-port': { type: 'string', value: 'PORT', default: '6060', help: 'Where the debug endpoint listens' },
  'health-address': {
    type: 'string',
    value: 'ADDRESS',
    default: '0.0.0.0',
    help: 'Where probes ask for /healthz and /readyz',
  },
  'health-port': {
    type: 'string',
    value: 'PORT',
    help: 'Where probes ask; where it is not given 8000, and nowhere with --manifests',
  },
  'envoy-service-http-address': {
    type: 'string',
    value: 'ADDRESS',
    default: '0.0.0.0',
    help: 'Where Envoys take plain HTTP',
  },
  'envoy-service-http-port': { type: 'string', value: 'PORT', default: '8080', help: 'Where Envoys take plain HTTP' },
  'envoy-service-https-address': {
    type: 'string',
    value: 'ADDRESS',
    default: '0.0.0.0',
    help: 'Where Envoys take HTTPS',
  },
  'envoy-service-https-port': { type: 'string', value: 'PORT', default: '8443', help: 'Where Envoys take HTTPS' },
  'use-proxy-protocol': {
    type: 'boolean',
    help: 'Envoys take connections only with a PROXY header, which says where they come from',
  },
  'root-namespaces': {
    type: 'string',
    value: 'NS,NS',
    help: 'Namespaces in which a root may live; all where it is not given',
  },
  'ingress-class-name': {
    type: 'string',
    value: 'NAME,NAME',
    help: 'Ingress classes to serve; contour and none where it is not given',
  },
  ...statusFlags,
  'log-format': { type: 'string', value: 'text|json', default: 'text', help: 'How log lines look' },
  debug: { type: 'boolean', short: 'd', help: 'Log more' },
  help: { type: 'boolean', short: 'h', help: 'Show this' },
};

/** Flags of Contour's that change what would be served: taking them in silence would be a lie. */
const notServedYet =
  /^--(accesslog-format|config-path|contour-config-name|disable-feature|envoy-https?-access-log|http-address|http-port|kubernetes-.*|stats-address|stats-port)(=|$)/;

/** Comma-separated names, without blanks, each once. */
export function names(text: string | null): readonly string[] {
  const all = (text ?? '').split(',').map((name) => name.trim());
  return [...new Set(all.filter((name) => name !== ''))];
}

function socket(flags: Flags, prefix: string): SocketConfig {
  return { address: flags.text(`${prefix}-address`) ?? '', port: flags.port(`${prefix}-port`) };
}

/** Files are served on machines of people, where 8000 may be anybody's. */
function healthSocket(flags: Flags, isCluster: boolean): SocketConfig | null {
  const isPortGiven = flags.text('health-port') !== null;
  if (!isCluster && !isPortGiven) return null;
  return { address: flags.text('health-address') ?? '', port: isPortGiven ? flags.port('health-port') : 8000 };
}

function tlsFiles(flags: Flags, env: Readonly<Record<string, string | undefined>>): TlsFiles | null {
  if (flags.given('insecure')) return null;
  const file = (flag: string, variable: string): string => flags.text(flag) ?? env[variable] ?? '';
  const files = {
    ca: file('contour-cafile', 'CONTOUR_CAFILE'),
    certificate: file('contour-cert-file', 'CONTOUR_CERT_FILE'),
    key: file('contour-key-file', 'CONTOUR_KEY_FILE'),
  };
  if (Object.values(files).includes('')) {
    throw new Fault(
      'Envoys are served over TLS: give --contour-cafile, --contour-cert-file and --contour-key-file, or --insecure',
    );
  }
  return files;
}

function logFormat(flags: Flags): LogFormat {
  const format = flags.text('log-format');
  if (format === 'text' || format === 'json') return format;
  throw new Fault(`--log-format takes text or json, and not ${JSON.stringify(format)}`);
}

function whatToServe(
  flags: Flags,
  env: Readonly<Record<string, string | undefined>>,
): Pick<ServeConfig, 'manifests' | 'cluster'> {
  const manifests = flags.list('manifests');
  const namespaces = names(flags.text('watch-namespaces'));
  const kubeconfig = flags.text('kubeconfig');
  if (manifests.length > 0) {
    if (flags.given('incluster') || kubeconfig !== null || namespaces.length > 0)
      throw new Fault(
        '--manifests serves files, and --incluster, --kubeconfig and --watch-namespaces are of a cluster',
      );
    return { manifests, cluster: null };
  }
  const status = readStatusConfig(flags, env);
  if (flags.given('incluster')) return { manifests, cluster: { from: { type: 'incluster' }, namespaces, status } };
  const files = kubeconfig === null ? (env['KUBECONFIG'] ?? '').split(delimiter) : [kubeconfig];
  const given = files.filter((file) => file !== '');
  if (given.length === 0)
    throw new Fault('say what to serve: --incluster, --kubeconfig FILE (or KUBECONFIG), or --manifests PATH');
  return { manifests, cluster: { from: { type: 'kubeconfig', files: given }, namespaces, status } };
}

/** As Contour: nothing would be served of a root that nobody reads. */
function refuseUnwatched(roots: readonly string[], watched: readonly string[]): void {
  const unwatched = watched.length === 0 ? [] : roots.filter((namespace) => !watched.includes(namespace));
  if (unwatched.length > 0)
    throw new Fault(`--root-namespaces names ${unwatched.join(', ')}, which --watch-namespaces leaves out`);
}

/** Null where help was asked for. Throws a Fault that says what to give instead. */
export function parseServe(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): ServeConfig | null {
  const unserved = argv.find((argument) => notServedYet.test(argument));
  if (unserved !== undefined)
    throw new Fault(`${unserved.replace(/=.*/s, '')} is Contour's, and not served here yet: leave it out`);
  const flags = parseFlags(argv, serveFlags);
  if (flags.given('help')) return null;
  const what = whatToServe(flags, env);
  const rootNamespaces = names(flags.text('root-namespaces'));
  refuseUnwatched(rootNamespaces, what.cluster?.namespaces ?? []);
  return Object.freeze({
    ...what,
    xds: socket(flags, 'xds'),
    tls: tlsFiles(flags, env),
    debug: socket(flags, 'debug-http'),
    health: healthSocket(flags, what.cluster !== null),
    envoyHttp: socket(flags, 'envoy-service-http'),
    envoyHttps: socket(flags, 'envoy-service-https'),
    useProxyProtocol: flags.given('use-proxy-protocol'),
    rootNamespaces,
    ingressClassNames: names(flags.text('ingress-class-name')),
    log: { format: logFormat(flags), debug: flags.given('debug') },
  });
}
