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

/**
 * Creates the Secrets. Those that are there are kept, or replaced with `overwrite`. Half a set is never completed: its
 * halves would not trust each other. Throws a Fault. Needs the rights to create and to update Secrets, and reads none.
 */
export async function applySecrets(secrets: readonly Secret[], overwrite: boolean, ports: ApplyPorts): Promise<void> {
  const present = new Set<Secret>();
  for (const secret of secrets) if (await isThere(secret, ports)) present.add(secret);
  if (present.size > 0 && !overwrite) return keep(secrets, present, ports);
  for (const secret of secrets) {
    const [act, done] = present.has(secret) ? ([replace, 'replaced'] as const) : ([create, 'created'] as const);
    await attempt(secret, done, () => act(secret, ports, {}));
    ports.say(`${shown(secret)} was ${done}`);
  }
}

const shown = ({ metadata }: Secret): string => `Secret ${metadata.namespace}/${metadata.name}`;

function keep(secrets: readonly Secret[], present: ReadonlySet<Secret>, { say }: ApplyPorts): void {
  const missing = secrets.find((secret) => !present.has(secret));
  const [first] = present;
  if (missing !== undefined && first !== undefined)
    throw new Fault(
      `${shown(first)} is there and ${shown(missing)} is not: --overwrite makes a new set, as certificates of two runs do not trust each other`,
    );
  for (const secret of secrets) say(`${shown(secret)} is already there and was kept: --overwrite replaces it`);
}

/** Asked by creating it for show, which takes no right to read anybody's keys. */
async function isThere(secret: Secret, ports: ApplyPorts): Promise<boolean> {
  try {
    await create(secret, ports, { dryRun: 'All' });
    return false;
  } catch (error) {
    if (error instanceof ApiError && error.status === 409) return true;
    throw faultOf(secret, 'created', error);
  }
}

type Act = (secret: Secret, ports: ApplyPorts, query: Readonly<Record<string, string>>) => Promise<unknown>;

const create: Act = (secret, { client, signal }, query) =>
  client.write(folderOf(secret), { method: 'POST', body: secret, query, signal });

const replace: Act = (secret, { client, signal }, query) =>
  client.write(`${folderOf(secret)}/${secret.metadata.name}`, { method: 'PUT', body: secret, query, signal });

const folderOf = ({ metadata }: Secret): string => `/api/v1/namespaces/${metadata.namespace}/secrets`;

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
