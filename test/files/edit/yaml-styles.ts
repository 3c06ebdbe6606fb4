import fc from 'fast-check';
import { isList, isObject, type Json, type PatchOperation } from '../../../files/edit/json-patch.ts';

/** A drawn number below `n`. */
export type Draw = (n: number) => number;

const words = [
  'web',
  'a b',
  '10',
  'true',
  'no',
  "it's",
  'say "x"',
  '',
  '#',
  'a: b',
  '/shop',
  '- x',
  '{a}',
  'é',
  'x\ny',
];
const keys = ['name', 'port', 'weight', 'a/b', 'on', 'with space', '10', '~', '__proto__'];

const scalar: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom(...words),
  fc.integer({ min: -5, max: 300 }),
  fc.boolean(),
  fc.constant(null),
);

export const { value: anyValue } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 4 }),
    fc
      .array(fc.tuple(fc.constantFrom(...keys), tie('value')), { maxLength: 4 })
      .map((each) => Object.fromEntries(each)),
  ),
}));

export const anyObject: fc.Arbitrary<Json> = fc
  .array(fc.tuple(fc.constantFrom(...keys), anyValue), { minLength: 1, maxLength: 5 })
  .map((each) => Object.fromEntries(each));

/** Every pointer that names something, and every place where something could be added. */
export function possibleChanges(
  value: Json,
  pointer = '',
): readonly (readonly ['add' | 'replace' | 'remove', string])[] {
  const entries: readonly (readonly [string, Json])[] = isList(value)
    ? value.map((item, index) => [String(index), item])
    : isObject(value)
      ? Object.entries(value)
      : [];
  const here = entries.flatMap(([key, each]) => {
    const inner = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    return [
      ['replace', inner] as const,
      ['remove', inner] as const,
      ['add', inner] as const,
      ...possibleChanges(each, inner),
    ];
  });
  if (isList(value)) return [...here, ['add', `${pointer}/${value.length}`]];
  return isObject(value) ? [...here, ['add', `${pointer}/new`]] : here;
}

export function operationOf([op, path]: readonly ['add' | 'replace' | 'remove', string], value: Json): PatchOperation {
  return op === 'remove' ? { op, path } : { op, path, value };
}

/** Writes a value as somebody might: every choice is drawn. */
export function writeAsSomebody(value: Json, draw: Draw): string {
  const eol = draw(3) === 0 ? '\r\n' : '\n';
  const step = [2, 2, 4, 3][draw(4)] ?? 2;
  const dashStep = draw(2) === 0 ? 0 : step;
  const dash = draw(4) === 0 ? '-   ' : '- ';
  const block = (each: Json, column: number): string => {
    if (!isFilled(each) || draw(6) === 0) return flow(each, column, draw);
    const join = eol + noise(draw, column, eol) + ' '.repeat(column);
    if (isList(each)) {
      return each
        .map((item) => {
          const below = isFilled(item) && draw(6) === 0;
          const inner = below ? column + 2 : column + dash.length;
          const written = block(item, inner);
          // A flow collection may stand below its dash too.
          return (below ? `-${eol}${' '.repeat(inner)}` : dash) + written + comment(draw, written);
        })
        .join(join);
    }
    return Object.entries(each as object)
      .map(([key, item]: [string, Json]) => {
        const name = text(key, draw, false);
        if (item === null && draw(2) === 0) return `${name}:${draw(3) === 0 ? ' # none' : ''}`;
        const inner = column + (isList(item) ? dashStep : step);
        const written = block(item, inner);
        const isBlock = isFilled(item) && !/^[[{]/.test(written);
        if (isBlock) return `${name}:${draw(5) === 0 ? ' # below' : ''}${eol}${' '.repeat(inner)}${written}`;
        return `${name}:${draw(8) === 0 ? '   ' : ' '}${written}${comment(draw, written)}`;
      })
      .join(join);
  };
  return block(value, 0).replaceAll(/(?<!\r)\n/g, eol) + (draw(4) === 0 ? '' : eol);
}

function isFilled(value: Json): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}

/** Behind what ends on its own line only. */
function comment(draw: Draw, written: string): string {
  return draw(6) === 0 && !written.includes('\n') ? '  # why: {not}' : '';
}

function noise(draw: Draw, column: number, eol: string): string {
  const kind = draw(10);
  if (kind === 0) return eol;
  if (kind === 1) return `${' '.repeat(column)}# - a comment${eol}`;
  return kind === 2 ? `${' '.repeat(column + 2)}# deeper: here${eol}` : '';
}

function flow(value: Json, column: number, draw: Draw): string {
  if (!isFilled(value))
    return isList(value) ? (draw(3) === 0 ? '[ ]' : '[]') : isObject(value) ? '{}' : text(value, draw, true);
  const tall = draw(3) === 0;
  const inner = column + 2;
  const lead = tall ? `\n${' '.repeat(inner)}` : draw(2) === 0 ? ' ' : '';
  const tail = tall ? `\n${' '.repeat(column + 1)}` : lead;
  const separator = tall ? `,${lead}` : draw(2) === 0 ? ', ' : ' , ';
  if (isList(value)) return `[${lead}${value.map((item) => flow(item, inner, draw)).join(separator)}${tail}]`;
  const pairs = Object.entries(value as object).map(
    ([key, item]: [string, Json]) => `${text(key, draw, true)}: ${flow(item, inner, draw)}`,
  );
  return `{${lead}${pairs.join(separator)}${draw(6) === 0 ? ',' : ''}${tail}}`;
}

function text(value: Json, draw: Draw, inFlow: boolean): string {
  if (typeof value !== 'string') return value === null && draw(2) === 0 ? '~' : JSON.stringify(value);
  const quote = draw(3);
  if (quote === 0 && /^[a-z/][a-z/ ]*[a-z]$/.test(value) && !['true', 'no', 'on'].includes(value)) return value;
  if (quote === 1 && !value.includes('\n')) return `'${value.replaceAll("'", "''")}'`;
  void inFlow;
  return JSON.stringify(value);
}
