import type { FileFault } from '../../files/manifests.ts';
import type { Graph } from '../../routing/graph/graph.ts';
import type { RefKey } from '../../routing/objects/ref.ts';
import type { Published } from '../loop.ts';
import type { LiveWatch } from './live.ts';
import { editedText, faultLine, movedText, statusLines, type Locate } from './screen.ts';

export interface ReporterOptions {
  readonly graph: Graph;
  readonly locate: Locate;
  readonly live: LiveWatch;
  readonly say: (line: string) => void;
  /** Milliseconds on the loop's clock. */
  readonly now: () => number;
  /** `12:03:10`. */
  readonly timeOfDay: () => string;
}

/** Tells the person at the terminal what each edit did. Silent until `begin`. */
export interface Reporter {
  /** The files whose edit is about to be handed on. */
  arriving(files: readonly string[]): void;
  published(published: Published): void;
  faults(faults: readonly FileFault[]): void;
  /** Says what is wrong so far, and from now on what changes. */
  begin(): void;
}

/** Says of each thing what is new since it was last looked at. */
function createNews<Key>() {
  const told = new Map<Key, readonly string[]>();
  return (key: Key, lines: readonly string[]): readonly string[] => {
    const before = told.get(key) ?? [];
    if (lines.length === 0) told.delete(key);
    else told.set(key, lines);
    return lines.filter((line) => !before.includes(line));
  };
}

export function createReporter({ graph, locate, live, say, now, timeOfDay }: ReporterOptions): Reporter {
  const newsOfFiles = createNews<'files'>();
  const newsOfObjects = createNews<RefKey>();
  let edited: ReadonlySet<string> = new Set();
  let begun = false;
  let faultLines: readonly string[] = [];

  function sayFaults(hadSome: boolean): void {
    newsOfFiles('files', faultLines).forEach(say);
    if (hadSome && faultLines.length === 0) say(`${timeOfDay()} every file can be read again`);
  }

  function sayStatuses(keys: Iterable<RefKey>): void {
    for (const key of keys) {
      const status = graph.objects.get(key);
      newsOfObjects(key, status === undefined ? [] : statusLines(status, locate)).forEach(say);
    }
  }

  function sayLive(published: Published, files: ReadonlySet<string>): void {
    const moved = movedText(published);
    const start = `${timeOfDay()} ${editedText(files)} changed: `;
    if (moved === '') {
      say(`${start}nothing that Envoy serves`);
      return;
    }
    live.follow(published.worlds, (refused) => {
      const took = (now() - published.at).toFixed(1);
      if (refused.length === 0) say(`${start}${moved} live in ${took} ms`);
      for (const { name, message } of refused)
        say(`${start}error: Envoy refused ${name}, what it had keeps serving: ${message}`);
    });
  }

  return {
    arriving(files) {
      edited = new Set([...edited, ...files]);
    },
    published(published) {
      const files = edited;
      edited = new Set();
      if (!begun) return;
      sayLive(published, files);
      sayStatuses(published.change.objects);
    },
    faults(faults) {
      const hadSome = faultLines.length > 0;
      faultLines = faults.map(faultLine);
      if (begun) sayFaults(hadSome);
    },
    begin() {
      begun = true;
      sayFaults(false);
      sayStatuses(graph.objects.keys());
    },
  };
}
