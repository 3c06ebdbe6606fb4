import type { Kind } from '../objects/ref.ts';
import type { Reader } from '../store/reader.ts';
import type { CompileSettings } from './settings.ts';

/** Whether the objects of a kind in a namespace were read at all. */
export function wasRead({ readIn }: CompileSettings, kind: Kind, namespace: string): boolean {
  return readIn.get(kind)?.has(namespace) ?? true;
}

/** Whether it is a fact that an object which the input lacks does not exist. */
export function isAbsenceFact(reader: Reader, settings: CompileSettings, kind: Kind, namespace: string): boolean {
  return wasRead(settings, kind, namespace) && (settings.closed || reader.has(kind));
}
