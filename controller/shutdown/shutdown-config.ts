import { parseDuration } from '../duration.ts';
import { Fault } from '../fault.ts';
import { describeFlags, type Flags, type FlagTable, parseFlags } from '../flags.ts';
import type { LogFormat } from '../log.ts';
import type { DrainOptions } from './drain.ts';

interface CommonConfig {
  /** Unix socket of Envoy's admin interface. */
  readonly admin: string;
  /** Is there once Envoy has been drained. */
  readonly readyFile: string;
  readonly logFormat: LogFormat;
}

/** Everything `contour envoy shutdown-manager` was told. */
export interface ManagerConfig extends CommonConfig {
  readonly port: number;
}

/** Everything `contour envoy shutdown` was told. */
export interface ShutdownConfig extends CommonConfig {
  readonly drain: DrainOptions;
  readonly warnings: readonly string[];
}

const commonFlags: FlagTable = {
  'admin-address': {
    type: 'string',
    value: 'PATH',
    default: '/admin/admin.sock',
    help: "Unix socket of Envoy's admin interface",
  },
  'ready-file': {
    type: 'string',
    value: 'FILE',
    default: '/admin/ok',
    help: 'Written when Envoy has been drained',
  },
  'log-format': { type: 'string', value: 'text|json', default: 'text', help: 'How log lines look' },
  help: { type: 'boolean', short: 'h', help: 'Show this' },
};

const managerFlags: FlagTable = {
  'serve-port': { type: 'string', value: 'PORT', default: '8090', help: 'Where kubelet asks' },
  ...commonFlags,
};

const duration = (fallback: string, help: string) =>
  ({ type: 'string', value: 'DURATION', default: fallback, help }) as const;

const shutdownFlags: FlagTable = {
  'drain-delay': duration('0s', 'Time to wait before Envoy is told to drain'),
  'check-delay': duration('0s', 'Time to wait before connections are counted first'),
  'check-interval': duration('1s', 'Time between two counts'),
  'min-open-connections': {
    type: 'string',
    value: 'COUNT',
    default: '0',
    help: 'Connections that may be left',
  },
  'admin-port': { type: 'string', value: 'PORT', help: 'Without effect: the admin interface has no port' },
  ...commonFlags,
};

export const managerHelp = `Answer kubelet before it ends an Envoy: GET /shutdown waits until Envoy has been drained.

Usage: contour envoy shutdown-manager [flags]

${describeFlags(managerFlags)}`;

export const shutdownHelp = `Drain an Envoy: have its health check fail, and wait until its clients are gone.

Usage: contour envoy shutdown [flags]

${describeFlags(shutdownFlags)}`;

/** Null where help was asked for. Throws a Fault that says what to give instead. */
export function parseManager(argv: readonly string[]): ManagerConfig | null {
  const flags = parseFlags(argv, managerFlags);
  return flags.given('help') ? null : { ...common(flags), port: flags.port('serve-port') };
}

/** Null where help was asked for. Throws a Fault that says what to give instead. */
export function parseShutdown(argv: readonly string[]): ShutdownConfig | null {
  const flags = parseFlags(argv, shutdownFlags);
  if (flags.given('help')) return null;
  const checkInterval = durationOf(flags, 'check-interval');
  if (checkInterval < shortestInterval) throw new Fault('--check-interval takes 100ms or more');
  const isPortGiven = flags.text('admin-port') !== null;
  return {
    ...common(flags),
    drain: {
      drainDelay: durationOf(flags, 'drain-delay'),
      checkDelay: durationOf(flags, 'check-delay'),
      checkInterval,
      minOpenConnections: flags.count('min-open-connections'),
    },
    warnings: isPortGiven ? ['--admin-port has no effect: the admin interface is at --admin-address alone'] : [],
  };
}

function common(flags: Flags): CommonConfig {
  const file = (name: string): string => {
    const path = flags.text(name) ?? '';
    if (path.startsWith('/')) return path;
    throw new Fault(`--${name} takes an absolute path`);
  };
  const logFormat = flags.text('log-format');
  if (logFormat !== 'text' && logFormat !== 'json')
    throw new Fault(`--log-format takes text or json, and not ${JSON.stringify(logFormat)}`);
  return { admin: file('admin-address'), readyFile: file('ready-file'), logFormat };
}

const shortestInterval = 100;
const longestDuration = 24 * 60 * 60 * 1000;

function durationOf(flags: Flags, name: string): number {
  const text = flags.text(name) ?? '';
  const ms = parseDuration(text);
  if (ms !== null && ms <= longestDuration) return ms;
  throw new Fault(`--${name} takes a duration like 5s, of at most 24h, and not ${JSON.stringify(text)}`);
}
