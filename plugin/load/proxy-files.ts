import { editObject } from '../../files/edit/edit-object.ts';
import { FileWriteError, readFileTexts, writeFileText, type FileText } from '../../files/edit/file-text.ts';
import { findObjects, type WrittenObject } from '../../files/edit/find-objects.ts';
import { applyPatch, isObject, valueAt, type JsonObject, type PatchOperation } from '../../files/edit/json-patch.ts';
import { unifiedDiff } from '../../files/edit/unified-diff.ts';
import { ManifestSourceError } from '../../files/source-error.ts';
import { closest } from '../../routing/objects/edit-distance.ts';
import { CommandFailure } from '../failure.ts';
import type { ProxyStore } from '../services/canary/store.ts';
import { nameOf, namespaceOf } from '../services/change/object-name.ts';

/** How standard input is called. */
export const STDIN = '<stdin>';

/** One edit of a file. */
export interface FileEdit {
  readonly path: string;
  readonly lines: readonly number[];
  /** The whole of the new text. */
  readonly text: string;
  readonly diff: string;
}

/** HTTPProxies in files. What `write` does is told by `edits`. */
export interface ProxyFiles extends ProxyStore {
  readonly edits: readonly FileEdit[];
  /** The text of the file that holds an object, as it was read. */
  textOf(proxy: JsonObject): string;
}

export interface FileOptions {
  readonly paths: readonly string[];
  /** Null where the objects may be of any. */
  readonly namespace: string | null;
  /** Whether the text is printed in place of being written. */
  readonly print: boolean;
}

/** Rejects with CommandFailure. */
export async function proxyFiles(options: FileOptions, readStdin: () => Promise<string>): Promise<ProxyFiles> {
  const files = await readAll(options.paths, readStdin);
  const found = files.flatMap((file) => proxiesIn(file, options.namespace));
  const edits: FileEdit[] = [];
  const read = async (name: string): Promise<JsonObject> => {
    const fitting = found.filter(({ object }) => nameOf(object) === name);
    const [only, second] = fitting;
    if (only !== undefined && second === undefined) return only.object;
    if (only === undefined) throw missing(name, files, found);
    throw new CommandFailure(
      `${fitting.length} objects are httpproxy/${name}: say which with -n or with one -f FILE`,
      fitting.map(placeLine),
    );
  };
  return {
    edits,
    textOf: (proxy) => found.find(({ object }) => object === proxy)?.file.text ?? '',
    list: async () => found.map(({ object }) => object),
    read,
    again: async (proxy) => proxy,
    async write(proxy, operations, dryRun) {
      const place = found.find(({ object }) => object === proxy);
      if (place === undefined) throw new Error('an object is written that was not read here');
      const edit = editOf(place, operations);
      edits.push(edit);
      const isStdin = place.file.path === STDIN;
      if (dryRun === 'none' && !options.print && !isStdin) writeOut(place.file, edit.text);
      const patched = applyPatch(proxy, operations);
      if (patched.type !== 'patched' || !isObject(patched.value)) throw new Error('a patch does not fit its object');
      return { type: 'written', object: patched.value };
    },
  };
}

interface PlacedProxy extends WrittenObject {
  readonly file: FileText;
}

async function readAll(paths: readonly string[], readStdin: () => Promise<string>): Promise<readonly FileText[]> {
  try {
    const stdin = paths.includes('-') ? [{ path: STDIN, text: await readStdin() }] : [];
    return [...stdin, ...readFileTexts(paths.filter((path) => path !== '-'))];
  } catch (error) {
    if (error instanceof ManifestSourceError) throw new CommandFailure(error.message, [], { cause: error });
    throw error;
  }
}

function proxiesIn(file: FileText, namespace: string | null): readonly PlacedProxy[] {
  return findObjects(file.text)
    .objects.filter(
      ({ object }) => isProxy(object) && (namespace === null || (namespaceOf(object) ?? namespace) === namespace),
    )
    .map((found) => ({ ...found, file }));
}

function isProxy(object: JsonObject): boolean {
  const { apiVersion, kind } = object;
  return kind === 'HTTPProxy' && typeof apiVersion === 'string' && apiVersion.startsWith('projectcontour.io/');
}

function placeLine({ file, line, object }: PlacedProxy): string {
  return `  ${file.path}:${line}  ${namespaceOf(object) ?? '-'}/${nameOf(object)}`;
}

/** What does not parse may be where it is. */
function missing(name: string, files: readonly FileText[], found: readonly PlacedProxy[]): CommandFailure {
  const broken = files.flatMap(({ path, text }) =>
    findObjects(text).broken.map(({ line, message }) => `${path}:${line}: ${message}`),
  );
  const similar = closest(
    name,
    found.map(({ object }) => nameOf(object)),
  );
  const meant = similar === null ? '' : `; did you mean ${similar}?`;
  return new CommandFailure(`no file has an HTTPProxy ${name}${meant}`, [...broken, ...found.map(placeLine)]);
}

function editOf({ file, place, object }: PlacedProxy, operations: readonly PatchOperation[]): FileEdit {
  const { path, text } = file;
  const edited = editObject(text, place, operations);
  switch (edited.type) {
    case 'edited':
      return { path, lines: edited.lines, text: edited.text, diff: unifiedDiff(path, text, edited.text) };
    case 'refused':
      throw new CommandFailure(`${path}:${edited.line}: ${edited.message}`, ['Nothing was written.']);
    case 'mismatch':
      throw new Error(`a patch does not fit ${nameOf(object)}: ${valueAt(object, '/kind') as string}`);
  }
}

function writeOut(file: FileText, text: string): void {
  try {
    writeFileText(file, text);
  } catch (error) {
    if (error instanceof FileWriteError) throw new CommandFailure(error.message, [], { cause: error });
    throw error;
  }
}
