const plain = `plain ends- -starts a-b a.b a/b .a a. _ _a_ a:b a#b grün 東京 it's
null Null ~ true True t F y Yes NO on Off nope tt nulls
00 007 08 1.5 1. .5 1_000 1e5 1e-5 12e 0x1F 0b101 0o17 0b2 1:30 0x7fffffffffffffff 0x1p-2 0xp1
nan NaN _nan inf Infinity infinit .inf
2026-11-29 2026-2-29 2024-2-29 2026-13-1 2026-11 2026-11-29T10:00:00Z 20260-1-1 1900-02-29
"quoted" back\\slash * &a !t % @ | > ? = <<`;

const printed = ['', ' ', 'a b', 'tab\there', '{{ .Values.x }}', '😀', 'e\u0301', '٣'];
const hidden = `\u0000\u0001\u0007\b\u000b\f\u001b[31m/\u00a0\u00ad/\u2028\u2029\u200b\u202e\u2060/\ufeff\ufffd\ufff9
/\u{e0001}\u{10ffff}/\u0378/\u3000`;

/** Keys and texts about which readers of YAML disagree, or that a terminal would obey. */
export const words: readonly string[] = [...plain.split(/[ \n]/), ...printed, ...hidden.split('/')];

/** Texts of several lines, which are folded. */
export const texts = 'a\nb|a\nb\n|\n|\n\n|\na|a\n\nb\n\n|  in\n\ttab\nout\n|a  \nb| \n |a\n"b"\\\n|crlf \r\nb'.split(
  '|',
);

const deep = { list: [[1, 2], [], [[{}]], [{ a: [] }]], map: { map: { map: {} } } };

/** An object for kubectl, whose fields are in the order of their names, as it sorts what it does not know. */
export const sample = sorted({
  apiVersion: 'cli.kubectl-contour.io/v1',
  kind: 'Sample',
  metadata: { name: 'sample' },
  keys: Object.fromEntries([...words, ...texts].map((word) => [word, 1])),
  words,
  texts,
  textByName: { text: texts.at(-3), list: [{ text: texts[6] }] },
  numbers: [0, -1, 1.5, 1e21, 1e-7, 123456789012, -0.25],
  truths: [true, false, null],
  mixed: [1, {}, [], 'a'],
  cuddled: [{ a: 1 }, [1], {}],
  ...deep,
}) as { readonly [key: string]: unknown };

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, sorted(inner)] as const);
  return Object.fromEntries(entries.toSorted(([one], [other]) => Buffer.from(one).compare(Buffer.from(other))));
}
