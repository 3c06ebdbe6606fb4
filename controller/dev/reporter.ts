import type { FileFault } from '../../files/manifests.ts';
import type { Graph } from '../../routing/graph/graph.ts';
import type { Change } from '../../routing/objects/kubernetes-object.ts';
import { refOf } from '../../routing/objects/kubernetes-object.ts';
import { refKey, type RefKey } from '../../routing/objects/ref.ts';
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
  /** The batch that a source is about to hand on. */
  arriving(changes: readonly Change[]): void;
  published(published: Published): void;
  faults(faults: readonly FileFault[]): void;
  /** Says what is wrong so far, and from now on what changes. */
  begin(): void;
}

/** The lines that were not there the last time. */
function createNews() {
  let told: ReadonlySet<string> = new Set();
  return (lines: readonly string[]): readonly string[] => {
    const fresh = lines.filter((line) => !told.has(line));
    told = new Set(lines);
    return fresh;
  };
}

/** Remembers which file each object came from, so that a deletion can name it. */
function createEdited(locate: Locate) {
  const homes = new Map<RefKey, string>();
  let files = new Set<string>();
  return {
    add(change: Change): void {
      const ref = change.type === 'upsert' ? refOf(change.object) : change.ref;
      const key = refKey(ref);
      const file = change.type === 'upsert' ? locate(ref, '')?.file : homes.get(key);
      if (file === undefined) return;
      files.add(file);
      if (change.type === 'upsert') homes.set(key, file);
      else homes.delete(key);
    },
    take(): ReadonlySet<string> {
      const taken = files;
      files = new Set();
      return taken;
    },
  };
}

export function createReporter({ graph, locate, live, say, now, timeOfDay }: ReporterOptions): Reporter {
  const edited = createEdited(locate);
  const freshFaults = createNews();
  const freshStatuses = createNews();
  let begun = false;
  let faultLines: readonly string[] = [];

  function sayNews(): void {
    for (const line of freshFaults(faultLines)) say(line);
    for (const line of freshStatuses([...graph.objects.values()].flatMap((status) => statusLines(status, locate))))
      say(line);
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
    arriving: (changes) => changes.forEach(edited.add),
    published(published) {
      const files = edited.take();
      if (!begun) return;
      sayLive(published, files);
      sayNews();
    },
    faults(faults) {
      faultLines = faults.map(faultLine);
      if (begun) sayNews();
    },
    begin() {
      begun = true;
      sayNews();
    },
  };
}
