import type { KubernetesObject } from '../routing/objects/kubernetes-object.ts';
import { readDocument, type ReadDocument } from './read-document.ts';
import { splitDocuments } from './split-documents.ts';

/** A place in a file; line and column count from 1, columns in UTF-16 units as editors do. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Something wrong with a file, as one plain sentence that never quotes a value. */
export interface FileFault extends Position {
  readonly message: string;
  readonly severity: 'error' | 'warning';
}

export interface PlacedObject {
  readonly object: KubernetesObject;
  /** Where a JSON pointer into the object is written; its nearest ancestor where the pointer names nothing. */
  locate(pointer: string): Position;
}

export interface ParsedFile {
  readonly file: string;
  /** In document order. Where the file did not parse, those of the documents that did. */
  readonly objects: readonly PlacedObject[];
  readonly faults: readonly FileFault[];
  /** False where the YAML of any document is broken. */
  readonly parsed: boolean;
  /** By their text: what an edit elsewhere in the file need not read again. */
  readonly documents: ReadonlyMap<string, ReadDocument>;
}

/**
 * Reads YAML or JSON: many documents, Lists, comments, either line ending, a byte order mark. Documents that `earlier`
 * holds word for word are taken from there, so their objects keep their identity and an edit costs one document.
 */
export function parseManifests(file: string, text: string, earlier: ParsedFile | null = null): ParsedFile {
  const documents = new Map<string, ReadDocument>();
  const objects: PlacedObject[] = [];
  const faults: FileFault[] = [];
  for (const each of splitDocuments(text.startsWith('\uFEFF') ? text.slice(1) : text)) {
    const document = documents.get(each.text) ?? earlier?.documents.get(each.text) ?? readDocument(detached(each.text));
    documents.set(each.text, document);
    const place = (offset: number): Position => positionAt(file, each.text, each.lineOffset, offset);
    for (const { object, pointer } of document.objects) {
      objects.push({ object, locate: (inner) => place(document.offsetAt(pointer + inner)) });
    }
    for (const { offset, message, severity } of document.faults) faults.push({ ...place(offset), message, severity });
  }
  const parsed = [...documents.values()].every((document) => document.parsed);
  return { file, objects, faults, parsed, documents };
}

/** A slice keeps the whole string it was cut from alive; a document outlives many versions of its file. */
function detached(text: string): string {
  return Buffer.from(text).toString();
}

function positionAt(file: string, text: string, lineOffset: number, offset: number): Position {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { file, line: lineOffset + before.split('\n').length, column: offset - lineStart + 1 };
}
