import { type Kind, type RefKey, refKey } from '../../routing/objects/ref.ts';
import { CommandFailure } from '../failure.ts';
import type { ReportHead } from '../report.ts';
import type { Labels, Question, Source } from '../source.ts';
import { type FieldSelector, fitsFields } from './field-selector.ts';
import { handOver } from './hand-over.ts';

/** Of which objects the items are wanted. */
export interface ItemSelection {
  /** A selector of labels; null is for every object. */
  readonly labels: string | null;
  readonly fields: FieldSelector;
  /** The flag that shows labels; null where none does. */
  readonly shows: string | null;
}

/** What an item says of the object that it comes from. */
interface ItemSource {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** A report of items that come from objects. */
type ItemReport = ReportHead & { readonly items: readonly { readonly source: ItemSource }[] };

/** A source that is asked one kind of question. */
export interface Asker<Report extends ReportHead> {
  ask(question: Question<Report>): Promise<Report>;
  follow(
    question: Question<Report>,
    sink: (report: Report) => void,
    warn: (message: string) => void,
    signal: AbortSignal,
  ): Promise<void>;
}

/** Answers no more than the items of the objects that are selected, and knows their labels where that was wanted. */
export interface SelectingAsker<Report extends ReportHead> extends Asker<Report> {
  /** As they were when the last report came; null where they are not known. */
  labelsOf(source: ItemSource): Labels | null;
}

/** Throws CommandFailure where nobody is asked who knows labels. */
export function selectingItems<Report extends ItemReport>(
  source: Source,
  { labels: selector, fields, shows }: ItemSelection,
): SelectingAsker<Report> {
  const { select } = source;
  if (select === null) refuseLabels(selector, shows);
  let known: ReadonlyMap<RefKey, Labels> = new Map();
  const selected = async (report: Report, signal: AbortSignal): Promise<Report> => {
    const fitting = report.items.filter((item) => fitsFields(fields, item.source));
    if (select === null || (selector === null && shows === null)) return { ...report, items: fitting };
    const found = await select(selector, signal);
    known = new Map([...known, ...found]);
    const items = selector === null ? fitting : fitting.filter((item) => found.has(keyOf(item.source)));
    return { ...report, items };
  };
  return {
    labelsOf: (item) => known.get(keyOf(item)) ?? null,
    ask: async (question) => selected(await source.ask(question), new AbortController().signal),
    follow: (question, sink, warn, signal) =>
      handOver(selected, { sink, warn }, signal, (next, ended) => source.follow(question, next, warn, ended)),
  };
}

function refuseLabels(selector: string | null, shows: string | null): void {
  if (selector !== null)
    throw new CommandFailure('-l selects by labels, and only the API server knows them: ask a cluster');
  if (shows !== null)
    throw new CommandFailure(`${shows} shows labels, and only the API server knows them: ask a cluster`);
}

function keyOf({ kind, namespace, name }: ItemSource): RefKey {
  return refKey({ kind: kind as Kind, namespace, name });
}
