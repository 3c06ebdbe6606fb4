import { isAbsenceFact } from './graph/absence.ts';
import { buildEndpoints } from './graph/endpoints.ts';
import type { Endpoints, EndpointsKey, HostGraph, HostName } from './graph/graph.ts';
import { buildHost } from './graph/host.ts';
import { type InspectKeyPair, type JudgedSecret, judgeSecret } from './graph/secret.ts';
import type { CompileSettings } from './graph/settings.ts';
import { createMemo, type Memo } from './store/memo.ts';
import { type ReadKey, type ReadKind, readKey } from './store/read-key.ts';
import { createReader, type SecretVerdict } from './store/reader.ts';
import type { Store } from './store/store.ts';

/** The kinds of unit: each a memo of its own. */
export interface Units {
  readonly host: Memo<HostGraph>;
  readonly secret: Memo<JudgedSecret>;
  readonly endpoints: Memo<Endpoints>;
}

/** Secrets and endpoints read no verdict. */
const noVerdict = (): SecretVerdict => ({ state: 'missing' });

export function createUnits(
  store: Store,
  settings: CompileSettings,
  inspectKeyPair: InspectKeyPair,
  isRecorded: (kind: ReadKind) => boolean,
): Units {
  const secret = createMemo<JudgedSecret>((key, record) => {
    const reader = createReader(store, record, noVerdict);
    const [namespace, name] = splitKey(key);
    const found = reader.get('Secret', namespace, name);
    const unknown = found === null && !isAbsenceFact(reader, settings, 'Secret', namespace);
    return judgeSecret(found, { state: unknown ? 'unverified' : 'missing' }, inspectKeyPair);
  }, isRecorded);
  const verdict = (namespace: string, name: string): SecretVerdict => secret.get(`${namespace}/${name}`).verdict;
  return {
    secret,
    host: createMemo(
      (key, record) => buildHost(createReader(store, record, verdict), settings, key as HostName),
      isRecorded,
    ),
    endpoints: createMemo(
      (key, record) => buildEndpoints(createReader(store, record, noVerdict), key as EndpointsKey, settings),
      isRecorded,
    ),
  };
}

/**
 * Judges again the Secrets that were touched. Hosts read verdicts, never bytes: a rotation moves the
 * Secret and no host, so only verdicts that differ are answered as keys to go on with.
 */
export function refreshSecrets(
  units: Units,
  touched: Iterable<ReadKey>,
): { readonly moved: ReadonlySet<string>; readonly verdicts: readonly ReadKey[] } {
  const moved = new Set<string>();
  const verdicts: ReadKey[] = [];
  for (const key of units.secret.readersOf(touched)) {
    const read = readKey.secret(...splitKey(key));
    if (units.host.readersOf([read]).size === 0) {
      units.secret.forget(key);
      continue;
    }
    const before = units.secret.get(key).verdict;
    if (!units.secret.refresh(key)) continue;
    moved.add(key);
    if (!sameVerdict(before, units.secret.get(key).verdict)) verdicts.push(read);
  }
  return { moved, verdicts };
}

function sameVerdict(left: SecretVerdict, right: SecretVerdict): boolean {
  if (left.state === 'invalid' && right.state === 'invalid') return left.reason === right.reason;
  return left.state === right.state;
}

function splitKey(key: string): [namespace: string, name: string] {
  const cut = key.indexOf('/');
  return [key.slice(0, cut), key.slice(cut + 1)];
}
