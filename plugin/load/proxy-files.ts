import type { FileText } from '../../files/edit/file-text.ts';
import { findObjects } from '../../files/edit/find-objects.ts';
import { applyPatch, isObject, type JsonObject } from '../../files/edit/json-patch.ts';
import { unifiedDiff } from '../../files/edit/unified-diff.ts';
import { closest } from '../../routing/objects/edit-distance.ts';
import { CommandFailure } from '../failure.ts';
import type { Backend } from '../services/canary/backends.ts';
import type { ProxyStore } from '../services/canary/store.ts';
import { nameOf, namespaceOf } from '../services/change/object-name.ts';
import { fileBackends } from './file-backends.ts';
import {
  ambiguous,
  editedText,
  type FileEdit,
  isOfKind,
  type PlacedObject,
  placeLine,
  readFiles,
  STDIN,
  writeOut,
} from './file-texts.ts';

/** HTTPProxies in files. What `write` does is told by `edits`. */
export interface ProxyFiles extends ProxyStore {
  readonly edits: readonly FileEdit[];
  /** The text of the file that holds an object, as it was read. */
  textOf(proxy: JsonObject): string;
  /** What the files say of who answers for the Services of a namespace. */
  backends(namespace: string, names: readonly string[]): ReadonlyMap<string, Backend>;
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
  const files = await readFiles(options.paths, readStdin);
  const found = files.flatMap((file) => proxiesIn(file, options.namespace));
  const edits: FileEdit[] = [];
  const read = async (name: string): Promise<JsonObject> => {
    const fitting = found.filter(({ object }) => nameOf(object) === name);
    const [only, second] = fitting;
    if (only !== undefined && second === undefined) return only.object;
    if (only === undefined) throw missing(name, files, found);
    const isOneNamespace = new Set(fitting.map(({ object }) => namespaceOf(object))).size === 1;
    const what = `httpproxy/${name}`;
    throw ambiguous(what, fitting, isOneNamespace ? 'name one file with -f' : 'say which with -n or with one -f FILE');
  };
  return {
    edits,
    textOf: (proxy) => found.find(({ object }) => object === proxy)?.file.text ?? '',
    backends: (namespace, names) => fileBackends(files, namespace, names),
    list: async () => found.map(({ object }) => object),
    read,
    again: async (proxy) => proxy,
    async write(proxy, operations, dryRun) {
      const place = found.find(({ object }) => object === proxy);
      if (place === undefined) throw new Error('an object is written that was not read here');
      const { path, text: before } = place.file;
      const { text, lines } = editedText(place, operations);
      edits.push({ path, lines, text, diff: unifiedDiff(path, before, text) });
      if (dryRun === 'none' && !options.print && path !== STDIN) writeOut(place.file, text);
      const patched = applyPatch(proxy, operations);
      if (patched.type !== 'patched' || !isObject(patched.value)) throw new Error('a patch does not fit its object');
      return { type: 'written', object: patched.value };
    },
  };
}

function proxiesIn(file: FileText, namespace: string | null): readonly PlacedObject[] {
  return findObjects(file.text)
    .objects.filter(
      ({ object }) =>
        isOfKind(object, 'HTTPProxy') && (namespace === null || (namespaceOf(object) ?? namespace) === namespace),
    )
    .map((found) => ({ ...found, file }));
}

/** What does not parse may be where it is. */
function missing(name: string, files: readonly FileText[], found: readonly PlacedObject[]): CommandFailure {
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
