import { setFlagsFromString } from 'node:v8';

/**
 * By how many percent the heap may grow before it is collected again. While a first world is read it only grows, and each
 * collection finds what the last one found: with 20 a start takes a fifth longer. After that, what is kept is many small
 * objects that live long, and what an edit leaves behind is little: collecting more often costs nothing that can be
 * measured, and letting the heap double costs a third of our memory. https://v8.dev/blog/trash-talk
 */
export const heapGrowth = { reading: 100, serving: 20 } as const;

/** V8 reads this at each collection; how far its nursery may grow is said at the start only (NODE_OPTIONS in deploy/). */
export function setHeapGrowth(percent: number): void {
  setFlagsFromString(`--heap-growing-percent=${percent}`);
}
