import { splitDocuments } from '../split-documents.ts';
import { parseYaml, readYaml } from '../yaml-document.ts';
import { offsetAt } from '../pointer.ts';
import { isList, isObject, type Json, type JsonObject } from './json-patch.ts';
import { lineOf } from './lines.ts';

/** Where in the text of a file an object stands. */
export interface ObjectPlace {
  /** Which document of the file holds it, from 0. */
  readonly document: number;
  /** `''`, or `/items/3` for one of a List. */
  readonly pointer: string;
}

/** An object as it is written in a file. */
export interface WrittenObject {
  readonly place: ObjectPlace;
  /** Where it begins, counted from 1. */
  readonly line: number;
  readonly object: JsonObject;
}

export interface WrittenObjects {
  readonly objects: readonly WrittenObject[];
  /** Documents that do not parse. */
  readonly broken: readonly { readonly line: number; readonly message: string }[];
}

/** Every object of a text of YAML or JSON, those of Lists too, as plain values. */
export function findObjects(text: string): WrittenObjects {
  const objects: WrittenObject[] = [];
  const broken: { line: number; message: string }[] = [];
  const documents = splitDocuments(text.startsWith('\uFEFF') ? text.slice(1) : text);
  for (const [document, { text: written, lineOffset }] of documents.entries()) {
    const tree = parseYaml(written);
    const { value, faults } = readYaml(tree);
    const fault = faults.find(({ severity }) => severity === 'error');
    const lineAt = (offset: number): number => lineOffset + lineOf(written, offset);
    if (fault === undefined) {
      objects.push(
        ...objectsIn(value as Json, '').map(({ pointer, object }) => ({
          place: { document, pointer },
          line: lineAt(offsetAt(tree, pointer)),
          object,
        })),
      );
    } else {
      const template = written.indexOf('{{');
      broken.push(
        template < 0
          ? { line: lineAt(fault.offset), message: fault.message }
          : { line: lineAt(template), message: TEMPLATE },
      );
    }
  }
  return { objects, broken };
}

/** What is said of a file that only a program can complete. */
export const TEMPLATE = 'this is a template ("{{"): edit its values instead';

function objectsIn(value: Json, pointer: string): readonly { readonly pointer: string; readonly object: JsonObject }[] {
  if (!isObject(value)) return [];
  const { kind, items } = value;
  const isListKind = typeof kind === 'string' && kind.endsWith('List') && isList(items);
  if (!isListKind) return [{ pointer, object: value }];
  return items.flatMap((item, index) => objectsIn(item, `${pointer}/items/${index}`));
}
