import { isDeepStrictEqual } from 'node:util';
import { splitDocuments } from '../split-documents.ts';
import { parseYaml, parseYamlTokens, readYaml } from '../yaml-document.ts';
import { writeChange, type Change } from './edit-value.ts';
import { type ObjectPlace, TEMPLATE } from './find-objects.ts';
import { applyPatch, type Json, type PatchOperation, type Patched } from './json-patch.ts';
import { lineOf } from './lines.ts';
import { isRefusal, type Refusal } from './splice.ts';
import { changedLines } from './unified-diff.ts';

export type EditedText =
  /** `lines` are those of the new text at which changes begin, counted from 1. */
  | { readonly type: 'edited'; readonly text: string; readonly lines: readonly number[] }
  /** Nothing was changed. `line` counts from 1; `message` goes on after "file:line: ". */
  | { readonly type: 'refused'; readonly line: number; readonly message: string }
  | { readonly type: 'mismatch'; readonly patched: Extract<Patched, { type: 'refused' }> };

/**
 * Writes a JSON Patch into a text of YAML or JSON so that only the bytes change which say something else. What comes out
 * is read again: the object is the patched one and every other document is the same to the byte, or nothing is done.
 *
 * @param operations of pointers into the object
 */
export function editObject(text: string, place: ObjectPlace, operations: readonly PatchOperation[]): EditedText {
  const mark = text.startsWith('\uFEFF') ? '\uFEFF' : '';
  const documents = splitDocuments(text.slice(mark.length));
  const old = documents[place.document];
  if (old === undefined) throw new Error(`the text has no document ${place.document}`);
  const inDocument = operations.map((operation) => ({ ...operation, path: place.pointer + operation.path }));
  const edited = editDocument(old.text, inDocument);
  if (edited.type === 'refused') return { ...edited, line: old.lineOffset + edited.line };
  if (edited.type === 'mismatch') return edited;
  const texts = documents.map((each, index) => (index === place.document ? edited.text : each.text));
  const whole = texts.join('');
  if (
    !isDeepStrictEqual(
      splitDocuments(whole).map((each) => each.text),
      texts,
    )
  )
    return unwritable(old.lineOffset + 1);
  return { type: 'edited', text: mark + whole, lines: edited.lines.map((line) => old.lineOffset + line) };
}

function editDocument(text: string, operations: readonly PatchOperation[]): EditedText {
  const template = text.indexOf('{{');
  if (template >= 0) return refused(text, { offset: template, message: TEMPLATE });
  let current = text;
  let value = jsonOf(text);
  for (const operation of operations) {
    const patched = applyPatch(value, [operation]);
    if (patched.type === 'refused') return { type: 'mismatch', patched };
    if (operation.op !== 'test') {
      const next = writeChecked(current, operation, patched.value);
      if (isRefusal(next)) return refused(current, next);
      current = next.text;
    }
    value = patched.value;
  }
  return { type: 'edited', text: current, lines: changedLines(text, current) };
}

/** A slip of ours must not reach the file, so what was written is read as anybody would read it. */
function writeChecked(text: string, change: Change, intended: Json): { readonly text: string } | Refusal {
  const written = writeChange(text, parseYamlTokens, change);
  if (isRefusal(written)) return written;
  const { value, faults } = readYaml(parseYaml(written.text));
  const isSound = !faults.some(({ severity }) => severity === 'error') && isDeepStrictEqual(value, intended);
  return isSound ? written : { offset: firstDifference(text, written.text), message: UNWRITABLE };
}

const UNWRITABLE = 'this YAML is written in a way that cannot be edited in place: change it by hand';

function unwritable(line: number): EditedText {
  return { type: 'refused', line, message: UNWRITABLE };
}

function refused(text: string, { offset, message }: Refusal): EditedText {
  return { type: 'refused', line: lineOf(text, offset), message };
}

function jsonOf(text: string): Json {
  return readYaml(parseYaml(text)).value as Json;
}

function firstDifference(left: string, right: string): number {
  let at = 0;
  while (at < left.length && left[at] === right[at]) at += 1;
  return at;
}
