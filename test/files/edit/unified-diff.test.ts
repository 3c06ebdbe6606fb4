import fc from 'fast-check';
import { expect, test } from 'vitest';
import { unifiedDiff } from '../../../files/edit/unified-diff.ts';

test('looks as diff -u does', () => {
  const before = Array.from({ length: 20 }, (_, index) => `line ${index}\n`).join('');
  const after = before
    .replace('line 3\n', 'line three\n')
    .replace('line 15\n', '')
    .replace(/line 19\n$/, 'line 19');
  expect(unifiedDiff('a.yaml', before, after)).toBe(`--- a.yaml
+++ a.yaml
@@ -1,7 +1,7 @@
 line 0
 line 1
 line 2
-line 3
+line three
 line 4
 line 5
 line 6
@@ -13,8 +13,7 @@
 line 12
 line 13
 line 14
-line 15
 line 16
 line 17
 line 18
-line 19
+line 19
\\ No newline at end of file
`);
  expect(unifiedDiff('a.yaml', before, before)).toBe('');
});

/** What `patch` makes of it. */
function patched(before: string, diff: string): string {
  const lines = before === '' ? [] : before.split(/(?<=\n)/);
  const out: string[] = [];
  let at = 0;
  for (const line of diff.split(/(?<=\n)/).slice(2)) {
    const hunk = /^@@ -(\d+),(\d+) /.exec(line);
    if (hunk !== null) {
      const start = hunk[2] === '0' ? Number(hunk[1]) : Number(hunk[1]) - 1;
      while (at < start) out.push(lines[at++] ?? '');
    } else if (line.startsWith('\\')) out.push((out.pop() ?? '').replace(/\n$/, ''));
    else if (line.startsWith('+')) out.push(line.slice(1));
    else {
      if (line.startsWith(' ')) out.push(lines[at] ?? '');
      at += 1;
    }
  }
  return [...out, ...lines.slice(at)].join('');
}

test('tells all of the change', () => {
  const text = fc
    .array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 30 })
    .map((lines) => lines.map((each) => `${each}\n`).join(''));
  fc.assert(
    fc.property(text, text, (before, after) => {
      const diff = unifiedDiff('f', before, after);
      expect(diff === '' ? before : patched(before, diff)).toBe(after);
    }),
  );
});
