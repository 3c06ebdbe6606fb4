import { Refusal, type Api } from '../api.ts';
import type { Pod, TokenFile } from './pod.ts';
import type { DataObject } from './volumes.ts';

/** What a Pod reads from the API server, in its own namespace. */
export interface Reads {
  secret(name: string): Promise<DataObject | null>;
  configMap(name: string): Promise<DataObject | null>;
  /** Text of either, by key. */
  token(file: TokenFile): Promise<string>;
}

async function orNull(answer: Promise<unknown>): Promise<DataObject | null> {
  try {
    return (await answer) as DataObject;
  } catch (error) {
    if (error instanceof Refusal && error.status === 404) return null;
    throw error;
  }
}

interface Token {
  readonly text: string;
  readonly renewAt: number;
}

/** A token is made anew when four fifths of its life are over, as a kubelet does it. */
export function createReads(api: Api, { metadata, spec }: Pod): Reads {
  const place = `/api/v1/namespaces/${metadata.namespace}`;
  const tokens = new Map<string, Token>();
  const account = spec.serviceAccountName ?? 'default';
  const fresh = async ({ audience, expirationSeconds }: TokenFile): Promise<Token> => {
    const boundObjectRef = { apiVersion: 'v1', kind: 'Pod', name: metadata.name, uid: metadata.uid };
    const audiences = audience === undefined ? {} : { audiences: [audience] };
    const answer = await api.post(`${place}/serviceaccounts/${account}/token`, {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { ...audiences, expirationSeconds, boundObjectRef },
    });
    const { token } = (answer as { status: { token: string } }).status;
    return { text: token, renewAt: performance.now() + expirationSeconds * 800 };
  };
  return {
    secret: (name) => orNull(api.get(`${place}/secrets/${name}`)),
    configMap: (name) => orNull(api.get(`${place}/configmaps/${name}`)),
    async token(file) {
      const key = JSON.stringify(file);
      const known = tokens.get(key);
      if (known !== undefined && performance.now() < known.renewAt) return known.text;
      const made = await fresh(file);
      tokens.set(key, made);
      return made.text;
    },
  };
}

/** The data as text, for environments. */
export function textOf(kind: 'secret' | 'configMap', object: DataObject | null): ReadonlyMap<string, string> | null {
  if (object === null) return null;
  const decode = (value: string): string => (kind === 'secret' ? Buffer.from(value, 'base64').toString() : value);
  return new Map(Object.entries(object.data ?? {}).map(([key, value]) => [key, decode(value)]));
}
