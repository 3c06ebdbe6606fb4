import fc from 'fast-check';
import { expect, test } from 'vitest';
import { editObject } from '../../../files/edit/edit-object.ts';
import { applyPatch, isList, type Json, valueAt } from '../../../files/edit/json-patch.ts';
import { parseYaml, readYaml } from '../../../files/yaml-document.ts';
import { anyObject, anyValue, operationOf, possibleChanges, writeAsSomebody } from './yaml-styles.ts';

/** How many characters two texts have in common at their ends. */
function sharedEnds(left: string, right: string): number {
  const most = Math.min(left.length, right.length);
  let start = 0;
  while (start < most && left[start] === right[start]) start += 1;
  let end = 0;
  while (end < most - start && left.at(-1 - end) === right.at(-1 - end)) end += 1;
  return start + end;
}

const parentOf = (value: Json, path: string) => valueAt(value, path.slice(0, path.lastIndexOf('/')));
const sizeOf = (value: Json | undefined) =>
  typeof value === 'object' && value !== null ? Object.keys(value).length : 0;
const isScalar = (value: Json | undefined) => typeof value !== 'object' || value === null;
const valueOf = (text: string): Json => readYaml(parseYaml(text)).value as Json;

test('what is read after an edit is what was meant, whatever the style', () => {
  fc.assert(
    fc.property(anyObject, anyValue, fc.infiniteStream(fc.nat(1_000_000)), fc.nat(), (value, next, stream, pick) => {
      const draws = stream[Symbol.iterator]() as Iterator<number>;
      const draw = (n: number): number => ((draws.next().value as number) ?? 0) % n;
      const text = writeAsSomebody(value, draw);
      expect(valueOf(text), text).toEqual(value);
      const changes = possibleChanges(value);
      const operation = operationOf(changes[pick % changes.length] ?? ['add', '/new'], next);
      const before = `# above\na: 1\n---\n`;
      const behind = `---\nb:   2 # below\n`;
      const ends = text.endsWith('\n');
      const edited = editObject(`\uFEFF${before}${text}${ends ? behind : ''}`, { document: 1, pointer: '' }, [
        operation,
      ]);
      const why = `${JSON.stringify(operation)}\n${text}\n=>\n${JSON.stringify(edited)}`;
      if (edited.type !== 'edited') return expect.fail(why);
      expect(edited.text.startsWith(`\uFEFF${before}`), why).toBe(true);
      const patched = applyPatch(value, [operation]);
      const document = edited.text.slice(before.length + 1, ends ? -behind.length : undefined);
      expect(patched, why).toEqual({ type: 'patched', value: valueOf(document) });
      if (ends) expect(edited.text.endsWith(behind), why).toBe(true);
      const kept = sharedEnds(text, document);
      const old = valueAt(value, operation.path);
      const isNew = old === undefined || isList(parentOf(value, operation.path));
      if (operation.op === 'add' && isNew) expect(kept, why).toBe(text.length);
      if (operation.op === 'remove' && sizeOf(parentOf(value, operation.path)) > 1)
        expect(kept, why).toBe(document.length);
      if (operation.op === 'replace' && isScalar(old) && isScalar(next))
        expect(text.length - kept, why).toBeLessThan(20);
    }),
    { numRuns: 1000 },
  );
});
