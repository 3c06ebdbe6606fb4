import { describe, expect, test } from 'vitest';
import { parseColumns, parseColumnsFile } from '../../plugin/output/custom-columns.ts';
import { printTemplate } from '../../plugin/output/json-path/evaluate.ts';
import { parsePath, parseTemplate } from '../../plugin/output/json-path/parse.ts';
import { TemplateFault } from '../../plugin/output/json-path/template.ts';

const report = {
  kind: 'RouteTable',
  items: [
    { host: 'a', order: 1, tags: ['x', 'y'], 'dotted.name': 'd', source: { name: 'one' }, ready: true },
    { host: 'b', order: 2, tags: [], source: { name: 'two' }, nothing: null },
    { host: 'c', order: 10, source: { name: 'three' } },
  ],
};

const print = (template: string) => printTemplate(parseTemplate(template), report);

describe('a template says what it says to kubectl', () => {
  test.each([
    ['no braces are text', '.kind', '.kind'],
    ['a field', '{.kind}', 'RouteTable'],
    ['with $ and @', '{$.kind}{@.kind}', 'RouteTableRouteTable'],
    ['every item', '{.items[*].host}', 'a b c'],
    ['an index, from the end too', '{.items[0].host}{.items[-1].host}', 'ac'],
    ['an index that is not there', '{.items[7].host}|', '|'],
    ['a slice', '{.items[0:2].host} {.items[1:].host} {.items[:-1].host} {.items[::2].host}', 'a b b c a b a c'],
    ['a step of no sense', '{.items[::0].host}', ''],
    ['a name in brackets', "{.items[0]['dotted\\.name']}", 'd'],
    ['a path in brackets', "{.items[0]['source.name']}", 'one'],
    ['a name with an escaped dot', '{.items[0].dotted\\.name}', 'd'],
    ['several names', "{.items[0]['host','order']}", 'a 1'],
    ['several indices', '{.items[0,2].host}', 'a c'],
    ['all below', '{..name}', 'one two three'],
    ['a filter', '{.items[?(@.order==2)].host}', 'b'],
    ['a filter of text', '{.items[?(@.host=="c")].order}', '10'],
    ['a filter by order', '{.items[?(@.order>=2)].host} {.items[?(@.host<"b")].host}', 'b c a'],
    ['a filter of what is there', '{.items[?(@.tags)].host}', 'a b'],
    ['a filter of truth', '{.items[?(@.ready==true)].host}', 'a'],
    ['a filter across', '{.items[?(@.source.name!="one")].host}', 'b c'],
    ['types that do not compare', '{.items[?(@.order>"1")].host}', ''],
    ['text between', 'x{.kind}{"\\n"}{\'\\t\'}y', 'xRouteTable\n\ty'],
    ['a range', '{range .items[*]}{.host}={.order}{"\\n"}{end}', 'a=1\nb=2\nc=10\n'],
    ['a range in a range', '{range .items[*]}{.host}{range .tags[*]}-{@}{end};{end}', 'a-x-y;b;c;'],
    ['several in one action', '{.items[0].host "-" .kind}', 'a-RouteTable'],
    ['objects as JSON', '{.items[0].source}{.items[0].tags}', '{"name":"one"}["x","y"]'],
    ['null and numbers', '{.items[1].nothing} {.items[2].order}', 'null 10'],
    ['what is not there', '{.nowhere.at.all}|{.items.length}', '|'],
    ['every value', '{.items[2].source.*}', 'three'],
  ])('%s', (_name, template, expected) => {
    expect(print(template)).toBe(expected);
  });

  test('inherited names are nobody’s', () => {
    expect(print('{.constructor}{.items.length}{.__proto__}')).toBe('');
  });

  test('the root is the whole of it', () => {
    expect(JSON.parse(print('{.}'))).toEqual(report);
  });
});

describe('a template that is none', () => {
  test.each([
    ['{.x', 'a { is not closed'],
    ['{range .items[*]}x', '{range} without {end}'],
    ['{end}', '{end} without {range}'],
    ['{"x}', 'a quote is not closed'],
    ['{.items[}', 'an index, a name in quotes or * is expected'],
    ['{.items[?(@.x==)]}', 'a path is expected'],
    ['{.items[?(@.x]}', ') is missing'],
    ['{.a|b}', 'a path is expected'],
    ['{'.repeat(10), 'a path is expected'],
  ])('%s', (template, why) => {
    expect(() => parseTemplate(template)).toThrow(TemplateFault);
    expect(() => parseTemplate(template)).toThrow(why);
  });

  test('one that has no end', () => {
    expect(() => parseTemplate(`{${'range .a}{'.repeat(60)}`)).toThrow('nested too deeply');
    expect(() => parseTemplate(`{.a${'[?(@'.repeat(60)}`)).toThrow('nested too deeply');
    expect(() => parseTemplate('x'.repeat(100_001))).toThrow('longer than');
    const wide = Array.from({ length: 2_000 }, () => 1);
    const template = parseTemplate('{range .[*]}{range $[*]}{end}{end}{..}{..}');
    expect(() =>
      printTemplate(
        template,
        Array.from({ length: 2_000 }, () => wide),
      ),
    ).toThrow('more than can be printed');
  });
});

describe('columns', () => {
  test('are named with or without dots and braces', () => {
    const paths = ['.source.name', 'source.name', '{.source.name}'].map(parsePath);
    expect(new Set(paths.map((path) => JSON.stringify(path))).size).toBe(1);
  });

  test.each([
    ['', 'names no column'],
    ['HOST', 'not HEADER:PATH'],
    ['HOST:.host,', 'not HEADER:PATH'],
    [':.host', 'not HEADER:PATH'],
    ['HOST:.host}', 'a path ends before it'],
  ])('%j are none', (text, why) => {
    expect(() => parseColumns(text)).toThrow(why);
  });

  test('of a file are one line of headers and one of paths', () => {
    expect(parseColumnsFile('A   B\n.a  .b\n').map(({ header }) => header)).toEqual(['A', 'B']);
    expect(() => parseColumnsFile('A B\n.a\n')).toThrow('as many paths');
  });
});
