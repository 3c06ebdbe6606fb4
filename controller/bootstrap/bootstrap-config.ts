import { isIP } from 'node:net';
import type { BootstrapOptions, DnsLookupFamily } from '../../xds/envoy/bootstrap.ts';
import { defaultOperatorListeners } from '../../xds/envoy/bootstrap/operator-listeners.ts';
import { defaultOverloadLimits } from '../../xds/envoy/bootstrap/overload.ts';
import type { MutualTls } from '../../xds/envoy/bootstrap/tls.ts';
import { Fault } from '../fault.ts';
import { describeFlags, type Flags, type FlagTable, parseFlags } from '../flags.ts';
import type { Io } from '../io.ts';

/** Everything `contour bootstrap` was told. */
export interface BootstrapConfig {
  /** Null for stdout. */
  readonly file: string | null;
  readonly envoy: BootstrapOptions;
  /** What to tell the person who asked, each one plain sentence. */
  readonly warnings: readonly string[];
}

const bootstrapFlags: FlagTable = {
  'admin-address': {
    type: 'string',
    value: 'PATH',
    default: '/admin/admin.sock',
    help: "Unix socket of Envoy's admin interface",
  },
  'admin-port': { type: 'string', value: 'PORT', help: 'Without effect: the admin interface has no port' },
  'dns-lookup-family': {
    type: 'string',
    value: 'auto|v4|v6|all',
    default: 'auto',
    help: "Addresses that Envoy looks up for the controller's name",
  },
  'envoy-cafile': {
    type: 'string',
    value: 'FILE',
    help: "Authority of the controller's certificate (or ENVOY_CAFILE)",
  },
  'envoy-cert-file': { type: 'string', value: 'FILE', help: 'Certificate that Envoy shows (or ENVOY_CERT_FILE)' },
  'envoy-key-file': { type: 'string', value: 'FILE', help: 'Key of that certificate (or ENVOY_KEY_FILE)' },
  'envoy-pod-ip': {
    type: 'string',
    value: 'IP',
    help: "Address of Envoy's Pod, where the controller asks for its statistics (or ENVOY_POD_IP)",
  },
  namespace: {
    type: 'string',
    value: 'NS',
    help: "Namespace of the controller, for Envoy's statistics (or CONTOUR_NAMESPACE; else projectcontour)",
  },
  'overload-downstream-max-conn': {
    type: 'string',
    value: 'COUNT',
    default: String(defaultOverloadLimits.maxConnections),
    help: 'Connections of clients that Envoy holds at once; 0 for no bound',
  },
  'overload-max-heap': {
    type: 'string',
    value: 'BYTES',
    default: '0',
    help: "Envoy's heap at which it stops taking requests; 0 for no bound",
  },
  'resources-dir': {
    type: 'string',
    value: 'FOLDER',
    help: 'Where to write the files through which Envoy follows rotated certificates, in sds/',
  },
  'xds-address': {
    type: 'string',
    value: 'HOST',
    default: '127.0.0.1',
    help: 'Where the controller listens: a name or an IP address',
  },
  'xds-port': { type: 'string', value: 'PORT', default: '8001', help: 'Where the controller listens' },
  'xds-resource-version': { type: 'string', value: 'v3', default: 'v3', help: "Version of Envoy's API" },
  help: { type: 'boolean', short: 'h', help: 'Show this' },
};

export const bootstrapHelp = `Write what an Envoy starts with.

Usage: contour bootstrap (FILE | -) [flags]

${describeFlags(bootstrapFlags)}
Every Envoy needs a name of its own: start it with --service-node and --service-cluster.
`;

/** How long the path of a Unix socket may be. https://man7.org/linux/man-pages/man7/unix.7.html */
const longestSocketPath = 107;

const families: ReadonlyMap<string, DnsLookupFamily> = new Map([
  ['auto', 'AUTO'],
  ['v4', 'V4_ONLY'],
  ['v6', 'V6_ONLY'],
  ['all', 'ALL'],
]);

/** Null where help was asked for. Throws a Fault that says what to give instead. */
export function parseBootstrap(argv: readonly string[], env: Io['env']): BootstrapConfig | null {
  const flags = parseFlags(argv, bootstrapFlags, 1);
  if (flags.given('help')) return null;
  const [file] = flags.words;
  if (file === undefined) throw new Fault('say where to write: contour bootstrap FILE, or - for stdout');
  const version = flags.text('xds-resource-version') ?? '';
  if (version !== 'v3') throw new Fault(`--xds-resource-version takes v3 only, and not ${JSON.stringify(version)}`);
  const isPortGiven = flags.text('admin-port') !== null;
  return {
    file: file === '-' ? null : file,
    envoy: envoyOptions(flags, env),
    warnings: isPortGiven ? ['--admin-port has no effect: the admin interface is at --admin-address alone'] : [],
  };
}

function envoyOptions(flags: Flags, env: Io['env']): BootstrapOptions {
  const tls = tlsOptions(flags, env);
  const [maxHeap, maxConnections] = [flags.count('overload-max-heap'), flags.count('overload-downstream-max-conn')];
  const port = controllerPort(flags);
  const host = flags.text('xds-address') ?? '';
  if (host === '') throw new Fault('--xds-address takes a name or an IP address');
  return {
    node: null,
    xds: { host, port },
    xdsStatName: `${flags.text('namespace') ?? env['CONTOUR_NAMESPACE'] ?? 'projectcontour'}_contour_${port}`,
    admin: { path: adminSocket(flags) },
    dnsLookupFamily: lookupFamily(flags),
    limits: {
      maxHeap: maxHeap === 0 ? null : maxHeap,
      maxConnections: maxConnections === 0 ? null : maxConnections,
    },
    listeners: defaultOperatorListeners,
    ...(tls === null ? {} : { tls }),
    ...podIpOption(flags, env),
  };
}

function podIpOption(flags: Flags, env: Io['env']): { readonly podIp?: string } {
  const podIp = flags.text('envoy-pod-ip') ?? env['ENVOY_POD_IP'] ?? '';
  if (podIp === '') return {};
  if (isIP(podIp) === 0) throw new Fault(`--envoy-pod-ip takes an IP address, and not ${JSON.stringify(podIp)}`);
  return { podIp };
}

function controllerPort(flags: Flags): number {
  const port = flags.port('xds-port');
  if (port === 0) throw new Fault('--xds-port takes the port of the controller, and not 0');
  return port;
}

function adminSocket(flags: Flags): string {
  const path = flags.text('admin-address') ?? '';
  if (!path.startsWith('/')) throw new Fault('--admin-address takes the absolute path of a Unix socket');
  if (Buffer.byteLength(path) > longestSocketPath)
    throw new Fault(`--admin-address takes a path of at most ${longestSocketPath} bytes`);
  return path;
}

function lookupFamily(flags: Flags): DnsLookupFamily {
  const text = flags.text('dns-lookup-family') ?? '';
  const family = families.get(text);
  if (family !== undefined) return family;
  throw new Fault(`--dns-lookup-family takes auto, v4, v6 or all, and not ${JSON.stringify(text)}`);
}

/** Null where none of it was given: Envoy then speaks plain text. */
function tlsOptions(flags: Flags, env: Io['env']): MutualTls | null {
  const file = (flag: string, variable: string): string => flags.text(flag) ?? env[variable] ?? '';
  const files = {
    ca: file('envoy-cafile', 'ENVOY_CAFILE'),
    certificate: file('envoy-cert-file', 'ENVOY_CERT_FILE'),
    key: file('envoy-key-file', 'ENVOY_KEY_FILE'),
  };
  const resources = flags.text('resources-dir') ?? '';
  if (Object.values(files).every((path) => path === '')) {
    if (resources === '') return null;
    throw new Fault(
      '--resources-dir follows certificates: give --envoy-cafile, --envoy-cert-file and --envoy-key-file',
    );
  }
  if (Object.values(files).includes(''))
    throw new Fault('--envoy-cafile, --envoy-cert-file and --envoy-key-file go together: give all three or none');
  if (resources === '') return files;
  const sds = (name: string): string => `${resources.replace(/\/$/, '')}/sds/${name}.json`;
  const secrets = { certificate: sds('xds-tls-certificate'), validation: sds('xds-validation-context') };
  return { ...files, secrets };
}
