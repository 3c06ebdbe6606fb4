import { type Kind, type RefKey, refKey } from '../../routing/objects/ref.ts';
import { CommandFailure } from '../failure.ts';
import type { RouteTable } from '../route-table.ts';
import type { Question, Source } from '../source.ts';

/** Answers a route table with no more than the routes of the objects that a selector fits. */
export interface RouteAsker {
  ask(question: Question<RouteTable>): Promise<RouteTable>;
  follow(
    question: Question<RouteTable>,
    sink: (report: RouteTable) => void,
    warn: (message: string) => void,
    signal: AbortSignal,
  ): Promise<void>;
}

/** @param selector of labels; null is for every object */
export function selectingRoutes(source: Source, selector: string | null): RouteAsker {
  if (selector === null) return source;
  const { select } = source;
  if (select === null)
    throw new CommandFailure('-l selects by labels, and only the API server knows them: ask a cluster');
  const selected = async (table: RouteTable): Promise<RouteTable> => {
    const wanted = await select(selector);
    return { ...table, items: table.items.filter((item) => wanted.has(keyOf(item.source))) };
  };
  return {
    ask: async (question) => selected(await source.ask(question)),
    async follow(question, sink, warn, signal) {
      let last = Promise.resolve();
      const next = async (before: Promise<void>, table: RouteTable): Promise<void> => {
        await before;
        try {
          sink(await selected(table));
        } catch (error) {
          if (!(error instanceof CommandFailure)) throw error;
          warn(error.message);
        }
      };
      await source.follow(question, (table) => (last = next(last, table)), warn, signal);
      await last;
    },
  };
}

function keyOf({ kind, namespace, name }: RouteTable['items'][number]['source']): RefKey {
  return refKey({ kind: kind as Kind, namespace, name });
}
