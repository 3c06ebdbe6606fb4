import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createScratch, lint, put } from './scratch.ts';

const impure = ['eslint(no-restricted-globals)'];
const packages = [
  'yaml',
  're2js',
  '@grpc/grpc-js',
  '@oclif/core',
  'cli-table3',
  'fast-string-width',
  '@bufbuild/protobuf/wire',
];

/** Packages that a folder may use. */
const uses = new Map([
  ['files', ['yaml']],
  ['plugin/output', ['yaml', 'cli-table3', 'fast-string-width']],
  ['plugin', ['@oclif/core', 'cli-table3', 'fast-string-width']],
  ['routing/graph', ['re2js']],
  ['xds/serve', ['@grpc/grpc-js']],
  ['xds/proto', ['@bufbuild/protobuf/wire']],
  ...['routing', 'routing/objects', 'routing/store', 'routing/match', 'xds/envoy', 'xds/snapshot'].map(nothing),
  ...['kubernetes', 'controller'].map(nothing),
]);

/** Each one breaks exactly the rules beside it. */
const broken: readonly (readonly [file: string, text: string, rules: readonly string[]])[] = [
  ['routing/clock.ts', 'export const now = (): number => Date.now();', impure],
  ['routing/graph/clock.ts', 'export const now = (): unknown => new Date();', impure],
  ['xds/envoy/clock.ts', 'export const now = (): number => performance.now();', impure],
  ['xds/snapshot/clock.ts', 'export const now = (): number => Date.now();', impure],
  ['routing/store/dice.ts', 'export const dice = (): number => Math.random();', ['eslint(no-restricted-properties)']],
  ['routing/match/world.ts', 'export const now: unknown = globalThis.Date;', ['eslint(no-restricted-properties)']],
  ['controller/clock.ts', 'export const now = (): number => Date.now();', []],
  ['controller/new.ts', 'export const of = (text: string): RegExp => new RegExp(text);', ['house(constant-regexp)']],
  [
    'controller/call.ts',
    'export const of = (text: string): RegExp => RegExp(`^${text}`, "u");',
    ['house(constant-regexp)'],
  ],
  ['controller/literal.ts', 'export const letters: RegExp = new RegExp("^[a-z]+$", "u");', []],
  ['files/any.ts', 'export const of = (value: any): string => String(value);', ['typescript(no-explicit-any)']],
  ['files/default.ts', 'const here = 1;\nexport default here;', ['import(no-default-export)']],
  ['files/console.ts', 'console.log("here");\nexport const here = 1;', ['eslint(no-console)']],
  ['files/long.ts', lines(401), ['eslint(max-lines)']],
  ['files/short.ts', lines(400), []],
  ['files/wide.ts', functionOf(61), ['eslint(max-lines-per-function)']],
  ['files/narrow.ts', functionOf(60), []],
  ['files/camelCase.ts', 'export const here = 1;', ['unicorn(filename-case)']],
  [
    'files/forgotten.ts',
    'export function start(work: () => Promise<void>): void {\n  work();\n}',
    ['typescript(no-floating-promises)'],
  ],
  [
    'files/missing.ts',
    'export function of(kind: "a" | "b"): number {\n  switch (kind) {\n    case "a":\n      return 1;\n  }\n  return 2;\n}',
    ['typescript(switch-exhaustiveness-check)'],
  ],
  ['files/computed.ts', 'export const of = (name: string): Promise<unknown> => import(name);', ['house(layers)']],
  ['files/type.ts', 'import type { Server } from "@grpc/grpc-js";\nexport type Served = Server;', ['house(layers)']],
  ['files/again.ts', 'export { here } from "../plugin/here.ts";', ['house(layers)']],
  ['test/mock.test.ts', 'import { vi } from "vitest";\nvi.mock("../files/any.ts");', ['house(no-vitest-mocks)']],
  ['test/spy.test.ts', 'import { vi } from "vitest";\nexport const spy = vi.fn<() => void>();', []],
  [
    'test/only.test.ts',
    'import { expect, it } from "vitest";\nit.only("counts", () => expect(1).toBe(1));',
    ['vitest(no-focused-tests)'],
  ],
  [
    'test/skip.test.ts',
    'import { expect, it } from "vitest";\nit.skip("counts", () => expect(1).toBe(1));',
    ['vitest(no-disabled-tests)'],
  ],
];

let scratch: string;
let found: ReadonlyMap<string, readonly string[]>;

beforeAll(async () => {
  scratch = createScratch();
  put(scratch, new Map(broken.map(([file, text]) => [file, `${text}\n`])));
  put(scratch, new Map([['plugin/here.ts', 'export const here = 1;\n']]));
  for (const folder of uses.keys())
    put(
      scratch,
      new Map(packages.map((name, index) => [`${folder}/package-${index}.ts`, `export * from '${name}';\n`])),
    );
  found = await lint(scratch);
}, 120_000);

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

it.each(broken)('%s: %s', (file, _text, rules) => {
  expect(found.get(file) ?? []).toEqual(rules);
});

it.each([...uses])('%s may use the packages %j and no other', (folder, allowed) => {
  const refused = packages.filter((_, index) => found.get(`${folder}/package-${index}.ts`)?.includes('house(layers)'));
  expect(refused).toEqual(packages.filter((name) => !allowed.includes(name)));
});

function nothing(folder: string): [string, string[]] {
  return [folder, []];
}

function lines(count: number): string {
  return Array.from({ length: count }, (_, index) => `export const line${index} = ${index};`).join('\n');
}

function functionOf(count: number): string {
  const body = Array.from({ length: count - 2 }, (_, index) => `  say(${index});`).join('\n');
  return `export function wide(say: (line: number) => void): void {\n${body}\n}`;
}
