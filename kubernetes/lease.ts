import type { KubernetesClient, WriteOptions } from './client.ts';
import { ApiError, BadAnswer } from './errors.ts';
import { microTime } from './micro-time.ts';
import { isRecord } from './watched.ts';

/**
 * Who leads, as the API server keeps it. Its times are another machine's clock, so they are not read.
 * https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/lease-v1/
 */
export interface Lease {
  /** Empty where it was given back. */
  readonly holder: string;
  /** In ms; null where none is written. */
  readonly durationMs: number | null;
  readonly transitions: number;
  /** Of the object, so that of two writers one is refused. */
  readonly resourceVersion: string;
  /** All that is written, unchanged: what we do not know is kept. */
  readonly raw: RawLease;
}

interface RawLease {
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly spec: Readonly<Record<string, unknown>>;
}

export interface LeasePlace {
  readonly namespace: string;
  readonly name: string;
}

/** What a holder writes. `holder` null gives the lease back; `acquired` null keeps the time that is written. */
export interface LeaseClaim {
  readonly holder: string | null;
  readonly durationSeconds: number;
  readonly transitions: number;
  readonly acquired: Date | null;
  readonly renewed: Date;
}

const apiVersion = 'coordination.k8s.io/v1';

/** Null where there is none. Rejects with a KubernetesError. */
export async function getLease(
  client: KubernetesClient,
  place: LeasePlace,
  signal: AbortSignal,
): Promise<Lease | null> {
  try {
    return leaseOf(await client.get(itemPath(place), { signal }));
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}

/** The lease as it is afterwards; null where another was quicker. Rejects with a KubernetesError. */
export function createLease(
  client: KubernetesClient,
  { namespace, name }: LeasePlace,
  claim: LeaseClaim,
  signal: AbortSignal,
): Promise<Lease | null> {
  const body = { apiVersion, kind: 'Lease', metadata: { namespace, name }, spec: specOf(claim, {}) };
  return write(client, listPath(namespace), { method: 'POST', body, signal });
}

/** As `createLease`, over what was read. */
export function updateLease(
  client: KubernetesClient,
  place: LeasePlace,
  { raw, resourceVersion }: Lease,
  claim: LeaseClaim,
  signal: AbortSignal,
): Promise<Lease | null> {
  const metadata = { ...raw.metadata, resourceVersion };
  const body = { apiVersion, kind: 'Lease', metadata, spec: specOf(claim, raw.spec) };
  return write(client, itemPath(place), { method: 'PUT', body, signal });
}

async function write(client: KubernetesClient, path: string, options: WriteOptions): Promise<Lease | null> {
  try {
    return leaseOf(await client.write(path, options));
  } catch (error) {
    if (error instanceof ApiError && error.status === 409) return null;
    throw error;
  }
}

function specOf(claim: LeaseClaim, before: RawLease['spec']): RawLease['spec'] {
  const { holderIdentity: _, ...kept } = before;
  return {
    ...kept,
    ...(claim.holder === null ? {} : { holderIdentity: claim.holder }),
    leaseDurationSeconds: claim.durationSeconds,
    leaseTransitions: claim.transitions,
    ...(claim.acquired === null ? {} : { acquireTime: microTime(claim.acquired) }),
    renewTime: microTime(claim.renewed),
  };
}

function listPath(namespace: string): string {
  return `/apis/${apiVersion}/namespaces/${encodeURIComponent(namespace)}/leases`;
}

function itemPath({ namespace, name }: LeasePlace): string {
  return `${listPath(namespace)}/${encodeURIComponent(name)}`;
}

function leaseOf(raw: unknown): Lease {
  const { kind, metadata, spec = {} } = isRecord(raw) ? raw : {};
  if (kind !== 'Lease' || !isRecord(metadata) || !isRecord(spec)) throw new BadAnswer('the answer is no Lease');
  const { resourceVersion } = metadata;
  if (typeof resourceVersion !== 'string') throw new BadAnswer('the Lease has no resourceVersion');
  const { holderIdentity, leaseDurationSeconds, leaseTransitions } = spec;
  return {
    holder: typeof holderIdentity === 'string' ? holderIdentity : '',
    durationMs: typeof leaseDurationSeconds === 'number' ? leaseDurationSeconds * 1000 : null,
    transitions: typeof leaseTransitions === 'number' ? leaseTransitions : 0,
    resourceVersion,
    raw: { metadata, spec },
  };
}
