import { setImmediate } from 'node:timers/promises';
import type { KubernetesClient, Query } from './client.ts';
import { ApiError, BadAnswer } from './errors.ts';
import { pathOf } from './resources.ts';
import { acceptOf, isRecord, namesOf, type RawObject, selectorsOf, typeOf, type Watched } from './watched.ts';

export interface Listed<T> {
  /** By `namespace/name`. */
  readonly items: ReadonlyMap<string, T>;
  readonly resourceVersion: string;
}

/** Is given parts of the list while the rest is on its way: of a list that may still fail, or start again. */
export type TakePage<T> = (page: ReadonlyMap<string, T>) => void;

const usualPageSize = 500;

/** So many objects of a page, and then the wire has a turn: the API server prepares no more than we read. */
const atATime = 100;

/**
 * The whole of what is watched, as it is now: no cache is asked for less. In pages, so that no answer is large; a page
 * that has expired (410) starts again without pages, as client-go does. Rejects with a KubernetesError.
 */
export async function listAll<T>(
  client: KubernetesClient,
  watched: Watched<T>,
  signal: AbortSignal,
  take: TakePage<T> = () => {},
): Promise<Listed<T>> {
  const listing = { client, watched, signal, take };
  try {
    const { pageSize = usualPageSize } = client;
    return await listPages(listing, pageSize === 0 ? null : pageSize);
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 410)) throw error;
    return listPages(listing, null);
  }
}

interface Listing<T> {
  readonly client: KubernetesClient;
  readonly watched: Watched<T>;
  readonly signal: AbortSignal;
  readonly take: TakePage<T>;
}

async function listPages<T>({ client, watched, signal, take }: Listing<T>, limit: number | null): Promise<Listed<T>> {
  const items = new Map<string, T>();
  const path = pathOf(watched.resource, watched.namespace);
  const accept = acceptOf(watched, 'list');
  const ask = async (next: string): Promise<PageOf> =>
    pageOf(await client.get(path, { query: queryOf(watched, limit, next), accept, signal }), watched);
  let page = await ask('');
  for (;;) {
    const { next } = page;
    // The server prepares the next page while this one is decoded. Where it cannot, that is told when this one is done:
    // nothing of it comes after the list that is taken instead.
    const asking = next === '' ? null : ask(next);
    asking?.catch(() => {});
    await readPage(watched, page, items, take);
    const following = await asking;
    if (following === null) return { items, resourceVersion: page.resourceVersion };
    if (following.next === next) throw new BadAnswer('the pages of the list have no end');
    page = following;
  }
}

function queryOf(watched: Watched<unknown>, limit: number | null, next: string): Query {
  return {
    ...(limit === null ? {} : { limit: String(limit) }),
    ...(next === '' ? {} : { continue: next }),
    ...selectorsOf(watched),
  };
}

async function readPage<T>(watched: Watched<T>, page: PageOf, items: Map<string, T>, take: TakePage<T>): Promise<void> {
  for (let from = 0; from < page.items.length; from += atATime) {
    // A request is on its way only after the turn in which it was made, and its answer is read between others.
    await setImmediate();
    const read = new Map<string, T>();
    for (const raw of page.items.slice(from, from + atATime)) {
      const names = namesOf(raw);
      const item = watched.read(raw as RawObject, names);
      if (item !== null) read.set(`${names.namespace}/${names.name}`, item);
    }
    for (const [key, item] of read) items.set(key, item);
    take(read);
  }
}

interface PageOf {
  readonly items: readonly unknown[];
  readonly next: string;
  readonly resourceVersion: string;
}

/** A page that is not exactly what was asked for is refused: taken for a short list, it would delete the world. */
function pageOf(raw: unknown, watched: Watched<unknown>): PageOf {
  const { apiVersion, kind } = typeOf(watched);
  if (!isRecord(raw) || raw['kind'] !== `${kind}List` || raw['apiVersion'] !== apiVersion)
    throw new BadAnswer(`the answer is no ${kind}List of ${apiVersion}`);
  const { metadata } = raw;
  // The API server writes null for an empty list of names, and of nothing else.
  const items = raw['items'] === null && watched.namesOnly ? [] : raw['items'];
  if (!Array.isArray(items)) throw new BadAnswer(`the ${kind}List has no items`);
  if (items.some((item) => isRecord(item) && (item['kind'] ?? kind) !== kind))
    throw new BadAnswer(`the ${kind}List holds another kind`);
  const { resourceVersion, continue: next = '' } = isRecord(metadata) ? metadata : {};
  if (typeof resourceVersion !== 'string' || resourceVersion === '' || typeof next !== 'string')
    throw new BadAnswer(`the ${kind}List has no resourceVersion`);
  return { items, next, resourceVersion };
}
