import { conform, isRecord } from './conform.ts';
import type { Problem } from './diagnostic.ts';
import { closest } from './edit-distance.ts';
import { decodeEndpointSlice } from './endpoint-slice.ts';
import { deepFreeze } from './freeze.ts';
import { decodeHttpProxy } from './http-proxy.ts';
import { decodeIngress } from './ingress.ts';
import { isElsewhere } from './kinds-elsewhere.ts';
import { adviceFor } from './kinds-not-served.ts';
import type { KubernetesObject } from './kubernetes-object.ts';
import { decodeNamespace } from './namespace.ts';
import { wholeOf, type Place } from './place.ts';
import type { Kind } from './ref.ts';
import type { Schema } from './schema.ts';
import { decodeSecret } from './secret.ts';
import { quoted } from './sentence.ts';
import { decodeService } from './service.ts';
import { decodeTlsCertificateDelegation } from './tls-certificate-delegation.ts';

export type Decoded =
  | { readonly type: 'object'; readonly object: KubernetesObject }
  /** Known by name and without effect yet; the message names the form to use. */
  | {
      readonly type: 'unserved';
      readonly apiVersion: string;
      readonly kind: string;
      /** Empty where it is not written. */
      readonly namespace: string;
      /** Empty where it is not written. */
      readonly name: string;
      readonly message: string;
    }
  /** `related` is false for well-known kinds that have nothing to do with routing. */
  | {
      readonly type: 'unknown';
      readonly apiVersion: string;
      readonly kind: string;
      readonly related: boolean;
      readonly message: string;
    }
  /** No Kubernetes object at all: it says not what it is, or has no name. */
  | { readonly type: 'invalid'; readonly problems: readonly Problem[] };

interface Reader {
  readonly apiVersion: string;
  decode(raw: unknown, place: Place): KubernetesObject | null;
}

const readers: ReadonlyMap<string, Reader> = new Map(
  Object.entries({
    HTTPProxy: { apiVersion: 'projectcontour.io/v1', decode: decodeHttpProxy },
    TLSCertificateDelegation: { apiVersion: 'projectcontour.io/v1', decode: decodeTlsCertificateDelegation },
    Ingress: { apiVersion: 'networking.k8s.io/v1', decode: decodeIngress },
    Service: { apiVersion: 'v1', decode: decodeService },
    EndpointSlice: { apiVersion: 'discovery.k8s.io/v1', decode: decodeEndpointSlice },
    Secret: { apiVersion: 'v1', decode: decodeSecret },
    Namespace: { apiVersion: 'v1', decode: decodeNamespace },
  } satisfies Record<Kind, Reader>),
);

const typeSchema = {
  type: 'object',
  unknownFields: 'ignored',
  required: ['apiVersion', 'kind'],
  properties: { apiVersion: { type: 'string', minLength: 1 }, kind: { type: 'string', minLength: 1 } },
} as const satisfies Schema;

/** Reads one object as a manifest or the API server gives it. Never throws; the object is frozen. */
export function decode(raw: unknown): Decoded {
  const problems: Problem[] = [];
  // Until its kind is known it may be a key that somebody put into a file.
  const { apiVersion, kind } = conform(typeSchema, raw, wholeOf('the document', problems, true)) ?? {};
  if (apiVersion === undefined || kind === undefined) return { type: 'invalid', problems: deepFreeze(problems) };
  const reader = readers.get(kind);
  if (reader?.apiVersion !== apiVersion) return notRead(apiVersion, kind, raw);
  const object = reader.decode(raw, wholeOf(kind, problems));
  deepFreeze(problems);
  return object === null ? { type: 'invalid', problems } : { type: 'object', object: Object.freeze(object) };
}

function notRead(apiVersion: string, kind: string, raw: unknown): Decoded {
  const { group, version } = splitVersion(apiVersion);
  const advice = adviceFor(group, version, kind);
  const title = `${shown(kind)} of ${shown(apiVersion)}`;
  if (advice !== null) {
    const message = `${title} is not served yet; ${advice}`;
    return { type: 'unserved', apiVersion, kind, ...namesOf(raw), message };
  }
  const meant = isElsewhere(group, kind) && !readers.has(kind) ? null : closest(kind, readers.keys());
  const related = meant !== null || !isElsewhere(group, kind);
  return { type: 'unknown', apiVersion, kind, related, message: `${title} is not read${suggestion(meant)}` };
}

function suggestion(kind: string | null): string {
  const reader = readers.get(kind ?? '');
  return reader === undefined ? '' : `; did you mean ${kind} of ${reader.apiVersion}?`;
}

/** A name as it is where it is one, in quotes where it could be anything. */
function shown(text: string): string {
  return text.length <= 63 && [...text].every((character) => nameCharacters.has(character)) ? text : quoted(text);
}

const nameCharacters = new Set('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-./');

function splitVersion(apiVersion: string): { readonly group: string; readonly version: string } {
  const slash = apiVersion.lastIndexOf('/');
  return { group: apiVersion.slice(0, Math.max(slash, 0)), version: apiVersion.slice(slash + 1) };
}

function namesOf(raw: unknown): { readonly namespace: string; readonly name: string } {
  const metadata = isRecord(raw) && isRecord(raw['metadata']) ? raw['metadata'] : {};
  const { namespace, name } = metadata;
  return {
    namespace: typeof namespace === 'string' ? namespace : '',
    name: typeof name === 'string' ? name : '',
  };
}
