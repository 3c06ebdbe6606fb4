import type { KubernetesClient } from '../../kubernetes/client.ts';
import { ApiError, isKubernetesError } from '../../kubernetes/errors.ts';
import { scrub } from '../../xds/snapshot/scrub.ts';
import { Fault } from '../fault.ts';
import type { Secret } from './secrets.ts';

export interface ApplyPorts {
  readonly client: KubernetesClient;
  readonly signal: AbortSignal;
  /** Takes one line for the person who asked. */
  readonly say: (line: string) => void;
}

/** Of a Secret that is there: what its replacement keeps. Its bytes are not looked at. */
type Metadata = Readonly<Record<string, unknown>>;

/**
 * Creates the Secrets. Those that are there are kept, or replaced with `overwrite`. Half a set is never completed: its
 * halves would not trust each other. Throws a Fault. Needs the rights to create, get and update Secrets.
 */
export async function applySecrets(secrets: readonly Secret[], overwrite: boolean, ports: ApplyPorts): Promise<void> {
  const found = new Map<Secret, Metadata>();
  for (const secret of secrets) {
    const metadata = await read(secret, ports);
    if (metadata !== null) found.set(secret, metadata);
  }
  if (found.size > 0 && !overwrite) return keep(secrets, found, ports);
  for (const secret of secrets) {
    const metadata = found.get(secret);
    if (metadata === undefined) await create(secret, ports);
    else await replace(secret, metadata, ports);
  }
}

const shown = ({ metadata }: Secret): string => `Secret ${metadata.namespace}/${metadata.name}`;

function keep(secrets: readonly Secret[], found: ReadonlyMap<Secret, Metadata>, { say }: ApplyPorts): void {
  const [missing] = secrets.filter((secret) => !found.has(secret));
  const [present] = found.keys();
  if (missing !== undefined && present !== undefined)
    throw new Fault(
      `${shown(present)} is there and ${shown(missing)} is not: --overwrite makes a new set, as certificates of two runs do not trust each other`,
    );
  for (const secret of secrets) say(`${shown(secret)} is already there and was kept: --overwrite replaces it`);
}

async function read(secret: Secret, { client, signal }: ApplyPorts): Promise<Metadata | null> {
  try {
    return metadataOf(await client.get(pathOf(secret), { signal }));
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw faultOf(secret, 'read', error);
  }
}

async function create(secret: Secret, { client, signal, say }: ApplyPorts): Promise<void> {
  await attempt(secret, 'created', () => client.write(folderOf(secret), { method: 'POST', body: secret, signal }));
  say(`${shown(secret)} was created`);
}

/** With the version that was read: who wrote it meanwhile is not overwritten. */
async function replace(secret: Secret, found: Metadata, { client, signal, say }: ApplyPorts): Promise<void> {
  const { managedFields: _, ...kept } = found;
  const body = { ...secret, metadata: { ...kept, ...secret.metadata, labels: labelsOf(found, secret) } };
  await attempt(secret, 'replaced', () => client.write(pathOf(secret), { method: 'PUT', body, signal }));
  say(`${shown(secret)} was replaced`);
}

function labelsOf({ labels }: Metadata, { metadata }: Secret): object {
  return { ...(typeof labels === 'object' ? labels : {}), ...metadata.labels };
}

const folderOf = ({ metadata }: Secret): string => `/api/v1/namespaces/${metadata.namespace}/secrets`;
const pathOf = (secret: Secret): string => `${folderOf(secret)}/${secret.metadata.name}`;

function metadataOf(body: unknown): Metadata {
  const metadata = typeof body === 'object' && body !== null && 'metadata' in body ? body.metadata : null;
  return typeof metadata === 'object' && metadata !== null ? { ...metadata } : {};
}

async function attempt(secret: Secret, done: string, act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (error) {
    throw faultOf(secret, done, error);
  }
}

/** A server may quote what it refuses. */
function faultOf(secret: Secret, done: string, error: unknown): unknown {
  if (!isKubernetesError(error)) return error;
  return new Fault(`${shown(secret)} could not be ${done}: ${scrub(error.message)}`);
}
