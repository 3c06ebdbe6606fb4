import { setFlagsFromString } from 'node:v8';

/**
 * What is kept is many small objects that live long, and what an edit leaves behind is little: collecting a bit more often
 * costs nothing that can be measured, and letting the heap double before each collection costs a third of our memory.
 * V8 reads this at each collection; how far its nursery may grow is said at the start only (NODE_OPTIONS in deploy/).
 * https://v8.dev/blog/trash-talk
 */
export function boundHeapGrowth(): void {
  setFlagsFromString('--heap-growing-percent=20');
}
