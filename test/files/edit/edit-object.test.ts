import { describe, expect, test } from 'vitest';
import { editObject, type EditedText } from '../../../files/edit/edit-object.ts';
import { findObjects } from '../../../files/edit/find-objects.ts';
import type { PatchOperation } from '../../../files/edit/json-patch.ts';

const edit = (text: string, ...operations: readonly PatchOperation[]): EditedText =>
  editObject(text, { document: 0, pointer: '' }, operations);

function edited(text: string, ...operations: readonly PatchOperation[]): string {
  const result = edit(text, ...operations);
  if (result.type !== 'edited') return expect.fail(JSON.stringify(result));
  return result.text;
}

const service = { name: 'web-v2', port: 80, weight: 0 };

describe('only what changes is written', () => {
  test('a number keeps what stands around it', () => {
    const text = 'a:   # one\n  weight:   90    # of a hundred\n\n  b: "x"\n';
    expect(edited(text, { op: 'replace', path: '/a/weight', value: 5 })).toBe(text.replace('90 ', '5 '));
  });

  test('a new item has the indent, the dash and the quotes of its neighbours', () => {
    const text = 'services:\n    -   name: "web-v1" # stable\n        port: 80\n        # weight: 1\nnext: 1\n';
    expect(edited(text, { op: 'add', path: '/services/1', value: service })).toBe(
      text.replace('next', '    -   name: "web-v2"\n        port: 80\n        weight: 0\nnext'),
    );
  });

  test('a dash may stand on a line of its own', () => {
    const text = 'services:\n-\n  name: a\n-\n  name: b\n';
    expect(edited(text, { op: 'add', path: '/services/0', value: { name: 'c' } })).toBe(
      text.replace('-\n', '-\n  name: c\n-\n'),
    );
  });

  test('flow stays flow', () => {
    const text = 'services: [{ name: web-v1, port: 80 }] # both\n';
    expect(edited(text, { op: 'add', path: '/services/1', value: service })).toBe(
      'services: [{ name: web-v1, port: 80 }, { name: web-v2, port: 80, weight: 0 }] # both\n',
    );
  });

  test('JSON stays JSON', () => {
    const value = { metadata: { name: 'web' }, services: [{ name: 'web-v1', port: 80 }] };
    const text = edited(
      JSON.stringify(value, null, 2),
      { op: 'add', path: '/services/1', value: service },
      { op: 'add', path: '/metadata/annotations', value: { 'a/b': '{"x":1}' } },
    );
    const wanted = {
      metadata: { name: 'web', annotations: { 'a/b': '{"x":1}' } },
      services: [...value.services, service],
    };
    expect(text).toBe(JSON.stringify(wanted, null, 2));
  });

  test('a file without a last line end gets none', () => {
    expect(edited('a: 1\nb: 2', { op: 'add', path: '/c', value: 3 })).toBe('a: 1\nb: 2\nc: 3');
    expect(edited('a: 1\r\nb: 2', { op: 'remove', path: '/b' })).toBe('a: 1');
  });

  test('the last item leaves an empty list', () => {
    expect(edited('a: # why\n- x\nb: 2\n', { op: 'remove', path: '/a/0' })).toBe('a: [] # why\nb: 2\n');
  });

  test('a text that could be taken for something else is quoted', () => {
    const text = edited('a: x\n', { op: 'add', path: '/b', value: 'yes' }, { op: 'add', path: '/c', value: '1e3' });
    expect(text).toBe("a: x\nb: 'yes'\nc: '1e3'\n");
  });

  test('says which lines it touched', () => {
    const result = editObject('---\nx: 1\n---\n# second\na:\n  b: 1\n  d: 1\n  c: 2\n', { document: 1, pointer: '' }, [
      { op: 'replace', path: '/a/c', value: 3 },
      { op: 'replace', path: '/a/b', value: 4 },
    ]);
    expect(result).toMatchObject({ type: 'edited', lines: [6, 8] });
  });
});

describe('what would reach further than it says is refused, with the line', () => {
  test.each([
    ['an anchor', 'a: 1\nb: &x\n  c: 1\n', '/b/c', 2],
    ['an alias', 'a: &x\n  c: 1\nb: *x\n', '/b/c', 3],
    ['an alias as the value', 'a: &x 1\nb:\n  c: *x\n', '/b/c', 3],
    ['a merge key', 'a: &x\n  c: 1\nb:\n  <<: *x\n  d: 1\n', '/b/c', 4],
    ['a template', 'a: 1\nb:\n  c: 1\nd: "{{ .Values.x }}"\n', '/b/c', 4],
    ['a tag', 'b:\n  c: !!int "1"\n', '/b/c', 2],
  ])('%s', (_, text, path, line) => {
    expect(edit(text, { op: 'replace', path, value: 5 })).toMatchObject({ type: 'refused', line });
  });

  test('a patch that no longer fits is no edit', () => {
    const guarded = edit('a: 1\n', { op: 'test', path: '/a', value: 2 }, { op: 'replace', path: '/a', value: 3 });
    expect(guarded).toMatchObject({ type: 'mismatch', patched: { reason: 'different' } });
    expect(edit('a: 1\n', { op: 'remove', path: '/b' })).toMatchObject({ type: 'mismatch' });
  });
});

describe('finding objects', () => {
  test('over documents and Lists, and around what does not parse', () => {
    const text = 'kind: A\n---\nx: [\n---\nkind: List\nitems:\n- kind: B\n- kind: C\n---\n{{ if }}\n';
    const { objects, broken } = findObjects(text);
    expect(objects.map(({ object, place, line }) => [object['kind'], place, line])).toEqual([
      ['A', { document: 0, pointer: '' }, 1],
      ['B', { document: 2, pointer: '/items/0' }, 7],
      ['C', { document: 2, pointer: '/items/1' }, 8],
    ]);
    expect(broken.map(({ line }) => line)).toEqual([4, 10]);
    expect(broken[1]?.message).toContain('template');
  });
});
