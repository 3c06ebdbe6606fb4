import type { Joinable } from '../rig/namespace.ts';
import { reach } from '../rig/reach.ts';

/** What the API server has stored, past everything that it checks. */
export interface Etcd {
  put(key: string, value: string): Promise<void>;
  delete(key: string): Promise<void>;
  close(): void;
}

/** By etcd's own HTTP. https://etcd.io/docs/v3.6/dev-guide/api_grpc_gateway/ */
export async function openEtcd(rig: Joinable): Promise<Etcd> {
  const { port, close } = await reach(rig, '127.0.0.1', 2379);
  const ask = async (what: string, body: Readonly<Record<string, string>>): Promise<void> => {
    const encoded = Object.entries(body).map(([name, text]) => [name, Buffer.from(text).toString('base64')]);
    const init = { method: 'POST', body: JSON.stringify(Object.fromEntries(encoded)) };
    const answer = await fetch(`http://127.0.0.1:${port}/v3/kv/${what}`, init);
    if (!answer.ok) throw new Error(`etcd answered ${answer.status}: ${await answer.text()}`);
    await answer.arrayBuffer();
  };
  return {
    put: (key, value) => ask('put', { key, value }),
    delete: (key) => ask('deleterange', { key }),
    close,
  };
}
