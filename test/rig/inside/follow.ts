import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../../controller/fault.ts';
import type { Api } from './api.ts';

/** What every stored object has. */
export interface Stored {
  readonly metadata: { readonly namespace: string; readonly name: string; readonly uid: string };
}

/** Where the objects of a kind go. */
export interface Sink<Item> {
  put(item: Item): void;
  remove(item: Item): void;
  /** Called with what a fresh list holds: everything else is gone. */
  keepOnly(uids: ReadonlySet<string>): void;
}

interface List<Item> {
  readonly metadata: { readonly resourceVersion: string };
  readonly items: readonly Item[];
}

interface Change<Item> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: Item;
}

const againMs = 200;

async function once<Item extends Stored>(
  api: Api,
  path: string,
  sink: Sink<Item>,
  signal?: AbortSignal,
): Promise<void> {
  const join = path.includes('?') ? '&' : '?';
  const { metadata, items } = (await api.get(path)) as List<Item>;
  sink.keepOnly(new Set(items.map((item) => item.metadata.uid)));
  for (const item of items) sink.put(item);
  const since = `resourceVersion=${metadata.resourceVersion}`;
  for await (const line of api.lines(`${path}${join}watch=true&allowWatchBookmarks=true&${since}`, signal)) {
    const { type, object } = line as Change<Item>;
    if (type === 'ERROR') return;
    if (type === 'DELETED') sink.remove(object);
    else if (type !== 'BOOKMARK') sink.put(object);
  }
}

/** Tells the sink of everything at that path, until `signal`; for as long as this process lives where there is none. */
export async function follow<Item extends Stored>(
  api: Api,
  path: string,
  sink: Sink<Item>,
  signal?: AbortSignal,
): Promise<void> {
  while (signal?.aborted !== true) {
    await once(api, path, sink, signal).catch((error: unknown) => {
      if (signal?.aborted !== true) process.stderr.write(`the watch of ${path} ended: ${messageOf(error)}\n`);
    });
    await sleep(againMs, undefined, { signal }).catch(() => {});
  }
}
