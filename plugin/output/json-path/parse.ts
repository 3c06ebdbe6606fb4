import { scan, type Scanner } from './scanner.ts';
import type { Operand, Part, Path, Step, Template, Test } from './template.ts';

const longest = 100_000;
const deepest = 50;
/** Characters that end a name stand in it behind a backslash. */
const NAME = /(?:\\.|[^\\\s.,[\](){}=<>!|&"'@$*?])+/y;

/** Throws TemplateFault. */
export function parseTemplate(text: string): Template {
  const scanner = scan(text, longest);
  const template = parts(scanner, 0);
  if (!scanner.isAtEnd) throw scanner.fault('{end} without {range}');
  return template;
}

/** One path, as columns are written: with or without braces, with or without the dot in front. Throws TemplateFault. */
export function parsePath(text: string): Path {
  const inner = text.startsWith('{') && text.endsWith('}') ? text.slice(1, -1) : text;
  const scanner = scan(/^[.$@[]/.test(inner) ? inner : `.${inner}`, longest);
  const found = path(scanner, 0);
  if (!scanner.isAtEnd) throw scanner.fault('a path ends before it');
  return found;
}

/** Up to the end, or to the `{end}` of a range, which is left to be read. */
function parts(scanner: Scanner, depth: number): Template {
  if (depth > deepest) throw scanner.fault('ranges are nested too deeply');
  const found: Part[] = [];
  while (!scanner.isAtEnd && !/^\{\s*end\s*\}/.test(scanner.rest)) {
    const text = scanner.match(/[^{]*/y);
    if (text !== '') found.push({ type: 'text', text });
    else found.push(...action(scanner, depth));
  }
  return found;
}

function action(scanner: Scanner, depth: number): readonly Part[] {
  scanner.expect('{');
  scanner.blanks();
  if (scanner.match(/range(?=[\s.$@[])/y) !== '') return [range(scanner, depth)];
  const found: Part[] = [];
  while (!scanner.skip('}')) {
    if (scanner.isAtEnd) throw scanner.fault('a { is not closed');
    if (/^["']/.test(scanner.rest)) found.push({ type: 'text', text: scanner.quoted() });
    else found.push({ type: 'value', path: path(scanner, depth) });
    scanner.blanks();
  }
  return found;
}

function range(scanner: Scanner, depth: number): Part {
  scanner.blanks();
  const over = path(scanner, depth);
  scanner.blanks();
  scanner.expect('}');
  const body = parts(scanner, depth + 1);
  if (scanner.match(/\{\s*end\s*\}/y) === '') throw scanner.fault('{range} without {end}');
  return { type: 'range', path: over, body };
}

function path(scanner: Scanner, depth: number): Path {
  if (depth > deepest) throw scanner.fault('it is nested too deeply');
  const start = scanner.at;
  const first = scanner.match(/[$@]/y) === '' ? scanner.match(NAME) : '';
  const steps: Step[] = first === '' ? [] : [{ type: 'field', name: plain(first) }];
  for (let step = nextStep(scanner, depth); step !== null; step = nextStep(scanner, depth)) steps.push(...step);
  if (scanner.at === start) throw scanner.fault('a path is expected');
  return steps;
}

function plain(name: string): string {
  return name.replace(/\\(.)/g, '$1');
}

/** Null where the path has ended; two steps for `..name`. */
function nextStep(scanner: Scanner, depth: number): readonly Step[] | null {
  if (scanner.skip('..')) return [{ type: 'recursive' }, ...named(scanner)];
  if (scanner.skip('.')) return named(scanner);
  return scanner.skip('[') ? [brackets(scanner, depth)] : null;
}

/** What may follow a dot: nothing does in `{.}`, and `..[0]` goes on with brackets. */
function named(scanner: Scanner): readonly Step[] {
  if (scanner.skip('*')) return [{ type: 'wildcard' }];
  const name = scanner.match(NAME);
  return name === '' ? [] : [{ type: 'field', name: plain(name) }];
}

function brackets(scanner: Scanner, depth: number): Step {
  scanner.blanks();
  if (scanner.skip('?')) return filter(scanner, depth);
  const choices: Step[] = [];
  do {
    scanner.blanks();
    choices.push(choice(scanner));
    scanner.blanks();
  } while (scanner.skip(','));
  scanner.expect(']');
  const [only] = choices;
  if (only !== undefined && choices.length === 1) return only;
  return { type: 'union', paths: choices.map((step) => [step]) };
}

function choice(scanner: Scanner): Step {
  if (scanner.skip('*')) return { type: 'wildcard' };
  const [key] = /^'[^']*'|^"[^"]*"/.exec(scanner.rest) ?? [];
  // kubectl reads what is between the quotes as a path too: a dot in a name stands behind a backslash.
  if (key !== undefined && scanner.skip(key)) return { type: 'union', paths: [parsePath(key.slice(1, -1))] };
  const written = scanner.match(/-?[0-9]*(?::-?[0-9]*){0,2}/y);
  if (written === '') throw scanner.fault('an index, a name in quotes or * is expected');
  const [from = '', to, step] = written.split(':');
  const number = (text: string | undefined): number | null => (text === undefined || text === '' ? null : Number(text));
  if (to === undefined) return { type: 'index', at: Number(from) };
  return { type: 'slice', from: number(from), to: number(to), step: number(step) ?? 1 };
}

function filter(scanner: Scanner, depth: number): Step {
  scanner.expect('(');
  const left = operand(scanner, depth + 1);
  const test = testOf(scanner, depth + 1);
  scanner.expect(')');
  scanner.blanks();
  scanner.expect(']');
  return { type: 'filter', left, test };
}

function testOf(scanner: Scanner, depth: number): Test {
  const operator = scanner.match(/[=!]=|[<>]=?/y);
  if (operator === '') return { operator: 'exists' };
  return { operator: operator as Exclude<Test['operator'], 'exists'>, right: operand(scanner, depth) };
}

function operand(scanner: Scanner, depth: number): Operand {
  scanner.blanks();
  const found = bare(scanner, depth);
  scanner.blanks();
  return found;
}

function bare(scanner: Scanner, depth: number): Operand {
  if (/^["']/.test(scanner.rest)) return { type: 'literal', value: scanner.quoted() };
  const number = scanner.match(/-?[0-9]+(?:\.[0-9]+)?/y);
  if (number !== '') return { type: 'literal', value: Number(number) };
  const truth = scanner.match(/(?:true|false)\b/y);
  if (truth !== '') return { type: 'literal', value: truth === 'true' };
  return { type: 'path', path: path(scanner, depth) };
}
