import { statSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { FileText } from '../../files/edit/file-text.ts';
import { findObjects } from '../../files/edit/find-objects.ts';
import { applyPatch, isObject, type JsonObject } from '../../files/edit/json-patch.ts';
import { changedLines, unifiedDiff } from '../../files/edit/unified-diff.ts';
import { CommandFailure } from '../failure.ts';
import { printYaml } from '../output/yaml.ts';
import { nameOf, namespaceOf } from '../services/change/object-name.ts';
import type { ObjectName, ObjectStore } from '../services/change/object-store.ts';
import { ambiguous, editedText, type FileEdit, isOfKind, type PlacedObject, readFiles, STDIN } from './file-texts.ts';
import { saveFiles } from './save-files.ts';

/** Objects in files, of which several are edited as one: `save` writes all of it, or nothing. */
export interface ObjectFiles extends ObjectStore {
  /** What the writes so far come to, a file each. */
  edits(): readonly FileEdit[];
  /** The text that a file would have, as far as it is known. */
  textOf(path: string): string | null;
  /** Throws CommandFailure; nothing is changed then. */
  save(): void;
}

export interface ObjectFilesOptions {
  readonly paths: readonly string[];
  /** Where objects are whose text does not say; null where it has to say so itself. */
  readonly namespace: string | null;
}

/** Rejects with CommandFailure. */
export async function objectFiles(
  { paths, namespace: own }: ObjectFilesOptions,
  readStdin: () => Promise<string>,
): Promise<ObjectFiles> {
  const originals = await readFiles(paths, readStdin);
  const texts = new Map(originals.map(({ path, text }) => [path, text]));
  // What is written first is saved first: a child before its use.
  const write = (path: string, text: string): void => {
    texts.delete(path);
    texts.set(path, text);
  };
  const placed = (): readonly PlacedObject[] =>
    [...texts].flatMap(([path, text]) =>
      findObjects(text).objects.map((found) => ({ ...found, file: { path, text } })),
    );
  const namespaceIn = (object: JsonObject): string => namespaceOf(object) ?? own ?? 'default';
  const find = ({ kind, namespace, name }: ObjectName): PlacedObject | null => {
    const fitting = placed().filter(
      ({ object }) => isOfKind(object, kind) && nameOf(object) === name && namespaceIn(object) === namespace,
    );
    if (fitting.length < 2) return fitting[0] ?? null;
    throw ambiguous(`${kind.toLowerCase()} ${namespace}/${name}`, fitting, 'name one file with -f');
  };
  const nameIn = (object: JsonObject): ObjectName => ({
    kind: object['kind'] as ObjectName['kind'],
    namespace: namespaceIn(object),
    name: nameOf(object),
  });
  return {
    read: async (name) => find(name)?.object ?? null,
    list: async (kind, namespace) =>
      placed()
        .map(({ object }) => object)
        .filter((object) => isOfKind(object, kind) && (namespace === null || namespaceIn(object) === namespace)),
    async create(object) {
      const path = homeOf(object, paths, texts);
      write(path, withObject(path, texts.get(path) ?? '', object));
      return { type: 'written', object };
    },
    async patch(object, operations) {
      const place = find(nameIn(object));
      if (place === null) throw new Error('an object is written that was not read here');
      write(place.file.path, editedText(place, operations).text);
      const patched = applyPatch(object, operations);
      if (patched.type !== 'patched' || !isObject(patched.value)) throw new Error('a patch does not fit its object');
      return { type: 'written', object: patched.value };
    },
    edits: () => [...texts].flatMap(([path, text]) => editOf(originals, path, text)),
    textOf: (path) => texts.get(path) ?? null,
    save() {
      const changed = [...texts].filter(([path, text]) => path !== STDIN && textIn(originals, path) !== text);
      saveFiles(changed.map(([path, text]) => ({ path, before: textIn(originals, path), after: text })));
    },
  };
}

function textIn(files: readonly FileText[], path: string): string | null {
  return files.find((file) => file.path === path)?.text ?? null;
}

function editOf(originals: readonly FileText[], path: string, text: string): readonly FileEdit[] {
  const before = textIn(originals, path) ?? '';
  if (before === text) return [];
  return [{ path, text, lines: changedLines(before, text), diff: unifiedDiff(path, before, text) }];
}

/** A folder gets a file of its own for it; a file gets one document more. */
function homeOf(object: JsonObject, paths: readonly string[], texts: ReadonlyMap<string, string>): string {
  const [first = ''] = paths;
  if (first === '-') return STDIN;
  if (!statSync(first).isDirectory()) return [...texts.keys()].find((path) => path === first) ?? first;
  return join(first, `${namespaceOf(object) ?? 'default'}-${nameOf(object)}.yaml`);
}

function withObject(path: string, text: string, object: JsonObject): string {
  const refuse = (why: string): CommandFailure =>
    new CommandFailure(`${path} ${why}: add ${nameOf(object)} to it by hand`, ['Nothing was written.']);
  if (path.endsWith('.json') || /^\uFEFF?\s*[{[]/.test(text)) throw refuse('is JSON, which holds one document');
  if (text.includes('{{')) throw refuse('is a template');
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const written = printYaml(object).replaceAll('\n', newline);
  const separator = text.trim() === '' ? '' : `${text.endsWith('\n') ? '' : newline}---${newline}`;
  const whole = text + separator + written;
  const { objects } = findObjects(whole);
  const isSound = objects.length === findObjects(text).objects.length + 1;
  if (!isSound || !isDeepStrictEqual(objects.at(-1)?.object, object)) throw refuse('cannot take another document');
  return whole;
}
