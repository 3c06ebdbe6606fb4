import type { FileFault, Position } from '../../files/manifests.ts';
import type { Change } from '../../routing/objects/kubernetes-object.ts';
import type { ObjectRef } from '../../routing/objects/ref.ts';

/** The first call carries the whole first world, even an empty one; later calls what changed since. */
export type ChangeSink = (
  changes: readonly Change[],
  info: {
    /** When the first event behind the changes was seen: monotonic, in ms. */
    readonly at: number;
    /** The files whose edit these changes are; none where objects come from elsewhere. */
    readonly files: readonly string[];
  },
) => void;

/** Is told, before there is a first world, what of it has arrived: something to work on, and nothing to serve. */
export type DraftSink = (changes: readonly Change[]) => void;

/** Where objects come from. */
export interface Source {
  /**
   * Resolves after the first call of `sink`; rejects with one plain sentence where the source cannot be read. What
   * `draft` was told is not told to `sink` again.
   */
  start(sink: ChangeSink, draft?: DraftSink): Promise<void>;
  stop(): void;
  /** Where the value at a JSON pointer into an object is written; null for an object that no file holds. */
  locate(ref: ObjectRef, pointer: string): Position | null;
  /** What is wrong with the files as they are now, by file and line. */
  faults(): readonly FileFault[];
  onFaults(listener: (faults: readonly FileFault[]) => void): void;
}
