import type { HostName } from '../../routing/graph/graph.ts';
import type { HostRefusal } from './accepted.ts';

/** The method by which controllers tell each other what their Envoys accepted. Its messages are JSON. */
export const peersPath = '/io.kubectlcontour.v1.Peers/Accepted';

/** What is known of one host; nothing where both are null. */
export interface HostReport {
  readonly host: HostName;
  readonly digest: string | null;
  readonly refusal: HostRefusal | null;
}

/** What moved since the last message of a stream, or a part of it. */
export interface PeerMessage {
  /** Of the controller that tells: whoever hears its own listens to itself. */
  readonly instance: string;
  /** Everything there was when the stream began has been told. */
  readonly whole: boolean;
  readonly envoys: number;
  readonly hosts: readonly HostReport[];
}

/** A host is `[host, digest]`, with what was refused behind it where anything was. */
export function encodePeerMessage({ hosts, ...message }: PeerMessage): Uint8Array {
  const rows = hosts.map(({ host, digest, refusal }) => (refusal === null ? [host, digest] : [host, digest, refusal]));
  return Buffer.from(JSON.stringify({ ...message, hosts: rows }));
}

/** Null where it is none that we know how to read. Fields that are not known are passed over. */
export function decodePeerMessage(bytes: Uint8Array): PeerMessage | null {
  const { instance, whole, envoys, hosts } = fieldsOf(parsed(bytes));
  if (typeof instance !== 'string' || typeof whole !== 'boolean' || !Number.isSafeInteger(envoys)) return null;
  const reports = Array.isArray(hosts) ? (hosts as readonly unknown[]).map(reportOf) : [null];
  if (reports.includes(null)) return null;
  return { instance, whole, envoys: envoys as number, hosts: reports.filter((report) => report !== null) };
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString());
  } catch {
    return null;
  }
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function reportOf(row: unknown): HostReport | null {
  const [host, digest, refused] = Array.isArray(row) ? (row as readonly unknown[]) : [];
  if (typeof host !== 'string' || (typeof digest !== 'string' && digest !== null)) return null;
  const { digest: of, message } = fieldsOf(refused);
  const refusal = typeof of === 'string' && typeof message === 'string' ? { digest: of, message } : null;
  return { host: host as HostName, digest, refusal };
}
