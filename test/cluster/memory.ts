import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { type Inspector, inspectorUrl, openInspector } from '../support/inspector.ts';
import type { ControllerProcess } from './controller-process.ts';

/** Writable memory of a process, a piece at a time. https://man7.org/linux/man-pages/man5/proc_pid_maps.5.html */
export function* memoryOf(pid: number): Generator<Buffer, void, void> {
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  try {
    for (const line of readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n')) {
      const [, from = '', to = ''] = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line) ?? [];
      if (from === '') continue;
      const region = read(memory, Number.parseInt(from, 16), Number.parseInt(to, 16));
      if (region !== null) yield region;
    }
  } finally {
    closeSync(memory);
  }
}

/** Null where it is there no more, or where the kernel keeps it to itself. */
function read(memory: number, from: number, to: number): Buffer | null {
  const region = Buffer.alloc(to - from);
  let done = 0;
  try {
    while (done < region.length) {
      const count = readSync(memory, region, done, region.length - done, from + done);
      if (count === 0) break;
      done += count;
    }
  } catch {
    if (done === 0) return null;
  }
  return region.subarray(0, done);
}

/** A text as it may lie in memory: of one byte a sign, or of two. */
export const formsOf = (text: string): readonly Buffer[] => [Buffer.from(text, 'latin1'), Buffer.from(text, 'utf16le')];

/** What a controller can still get at, garbage and freed memory aside. */
export interface LiveMemory {
  /** Which of the texts, of plain letters and short, are in a string or in a buffer. */
  holds(texts: readonly string[]): Promise<readonly string[]>;
  close(): void;
}

/** Of Node, for a controller whose live memory is looked at: strings are whole in a snapshot. */
export const inspected = ['--inspect=127.0.0.1:0', '--heap-snapshot-string-limit=10000000'];

export async function openLiveMemory({ output }: ControllerProcess): Promise<LiveMemory> {
  const inspector = await openInspector(inspectorUrl(output()));
  let chunks: string[] = [];
  inspector.onEvent((method, { chunk }) => {
    if (method === 'HeapProfiler.addHeapSnapshotChunk') chunks.push(String(chunk));
  });
  return {
    async holds(texts) {
      chunks = [];
      await inspector.send('HeapProfiler.collectGarbage');
      await inspector.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
      const snapshot = Buffer.from(chunks.join(''));
      const inBuffers = await buffersThatHold(inspector, texts);
      return texts.filter((text) => snapshot.includes(text) || inBuffers.includes(text));
    },
    close: () => inspector.close(),
  };
}

/** Runs over there. The texts come backwards, and are turned round in memory of their own: none is to find itself. */
const search = `function (backwards) {
  return backwards.filter((text) => {
    const needle = Buffer.alloc(text.length);
    for (let index = 0; index < text.length; index += 1) needle[index] = text.charCodeAt(text.length - 1 - index);
    const found = this.some((buffer) => Buffer.from(buffer).includes(needle));
    needle.fill(0);
    return found;
  });
}`;

async function buffersThatHold(inspector: Inspector, texts: readonly string[]): Promise<readonly string[]> {
  const { result } = await inspector.send('Runtime.evaluate', { expression: 'ArrayBuffer.prototype' });
  const { objectId } = result as { readonly objectId: string };
  const { objects } = await inspector.send('Runtime.queryObjects', { prototypeObjectId: objectId });
  const buffers = (objects as { readonly objectId: string }).objectId;
  const reversed = (text: string): string => [...text].toReversed().join('');
  const answer = await inspector.send('Runtime.callFunctionOn', {
    objectId: buffers,
    functionDeclaration: search,
    arguments: [{ value: texts.map(reversed) }],
    returnByValue: true,
  });
  await inspector.send('Runtime.releaseObject', { objectId: buffers });
  const { value } = answer['result'] as { readonly value: readonly string[] };
  return value.map(reversed);
}
