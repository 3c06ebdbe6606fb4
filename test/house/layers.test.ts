import { rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compile, createScratch, lint, put, type Refusals, rooms } from './scratch.ts';

const names = [...rooms.keys()];
const pairs = names.flatMap((from) => names.filter((to) => to !== from).map((to) => ({ from, to })));
const pure = names.filter((room) => room.startsWith('routing') || room === 'xds/envoy' || room === 'xds/snapshot');
const globals = ['process', 'console', 'setTimeout', 'fetch', 'Buffer', 'crypto', 'performance'];

let scratch: string;
let linted: ReadonlyMap<string, readonly string[]>;
let refused: Refusals;

beforeAll(async () => {
  scratch = createScratch();
  put(scratch, probes());
  [linted, refused] = await Promise.all([lint(scratch), compile(scratch)]);
}, 120_000);

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe.each([...rooms])('%s', (room, allowed) => {
  const others = names.filter((name) => name !== room);

  it('may import what the table lists and nothing else', () => {
    const fine = (file: string) => !(linted.get(file) ?? []).includes('house(layers)');
    expect(others.filter((other) => fine(probe(room, other)))).toEqual(
      others.filter((other) => allowed.includes(other)),
    );
    expect(others.filter((other) => fine(dynamicProbe(room, other)))).toEqual(
      others.filter((other) => allowed.includes(other)),
    );
  });

  it('compiles only with rooms that it refers to', () => {
    const compiling = others.filter((other) => !refused.imports.has(`${room} -> ${other}`));
    expect(compiling).toEqual(others.filter((other) => reaches(room, other)));
  });
});

describe('a part of a room with a rule of its own', () => {
  it.each([
    ['routing/graph/reads.ts', true],
    ['routing/graph/writes.ts', false],
    ['xds/envoy/emits.ts', true],
    ['plugin/commands/dev.ts', true],
    ['plugin/commands/routes.ts', false],
  ])('%s is allowed: %s', (file, allowed) => {
    expect(linted.get(file) ?? []).toEqual(allowed ? [] : ['house(layers)']);
  });
});

it.each(pure)('%s knows no surroundings', (room) => {
  expect(globals.filter((name) => !refused.files.has(globalProbe(room, name)))).toEqual([]);
  expect(refused.files).toContain(`${room}/node.ts`);
  expect(linted.get(`${room}/node.ts`)).toContain('house(layers)');
});

function globalProbe(room: string, name: string): string {
  return `${room}/global-${name.toLowerCase()}.ts`;
}

function probe(from: string, to: string): string {
  return `${from}/to-${to.replaceAll('/', '-')}.ts`;
}

function dynamicProbe(from: string, to: string): string {
  return `${from}/dynamic-to-${to.replaceAll('/', '-')}.ts`;
}

/** Whether a reference of a reference leads there: the compiler follows those, the linter does not. */
function reaches(from: string, to: string): boolean {
  const next = [...(rooms.get(from) ?? []), ...(references.get(from) ?? [])];
  return next.some((room) => room === to || reaches(room, to));
}

/** References that the table of rooms does not show, because they serve one file or one type only. */
const references = new Map([
  ['routing/graph', ['routing/store']],
  ['routing/match', ['routing/store']],
  ['xds/envoy', ['xds/snapshot']],
  ['plugin', ['controller']],
]);

function probes(): ReadonlyMap<string, string> {
  const stubs = names.map((room): [string, string] => [`${room}/here.ts`, 'export const here: number = 1;\n']);
  const imports = pairs.flatMap(({ from, to }): [string, string][] => {
    const target = relative(from, `${to}/here.ts`);
    return [
      [probe(from, to), `import { here } from '${target}';\nexport const there: number = here;\n`],
      [dynamicProbe(from, to), `export const there: Promise<unknown> = import('${target}');\n`],
    ];
  });
  const impure = pure.flatMap((room): [string, string][] => [
    [`${room}/node.ts`, "import { EOL } from 'node:os';\nexport const there: string = EOL;\n"],
    ...globals.map((name): [string, string] => [globalProbe(room, name), `export const there: unknown = ${name};\n`]),
  ]);
  return new Map([...stubs, ...imports, ...impure, ...parts()]);
}

function parts(): [string, string][] {
  const use = (file: string, target: string): [string, string] => [
    file,
    `import { here } from '${relative(path.dirname(file), target)}';\nexport const there: number = here;\n`,
  ];
  const stub = 'export const here: number = 1;\n';
  return [
    ['routing/store/reader.ts', stub],
    ['routing/store/store.ts', stub],
    ['xds/snapshot/resource.ts', stub],
    use('routing/graph/reads.ts', 'routing/store/reader.ts'),
    use('routing/graph/writes.ts', 'routing/store/store.ts'),
    use('xds/envoy/emits.ts', 'xds/snapshot/resource.ts'),
    use('plugin/commands/dev.ts', 'controller/here.ts'),
    use('plugin/commands/routes.ts', 'controller/here.ts'),
  ];
}

function relative(from: string, target: string): string {
  const specifier = path.relative(from, target);
  return specifier.startsWith('.') ? specifier : `./${specifier}`;
}
