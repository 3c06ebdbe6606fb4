import { fileURLToPath } from 'node:url';
import { catalogue } from '../../../plugin/command-line/catalogue.ts';
import type { CommandSpec } from '../../../plugin/command-line/spec.ts';

/** Manifests of which every command has something to say. */
export const world = fileURLToPath(new URL('world.yaml', import.meta.url));

/** One way to call a command that works and, of files, leaves everything as it is. */
export interface Sample {
  readonly spec: CommandSpec;
  /** The command and its arguments, without what names files or a cluster. */
  readonly words: readonly string[];
  /** `cluster` has nothing to say of files; `nobody` is asked by what needs neither. */
  readonly of: 'files' | 'cluster' | 'nobody' | 'terminal';
}

const client = '--dry-run=client';
const table: ReadonlyMap<string, readonly [of: Sample['of'], ...words: readonly string[]]> = new Map([
  ['routes', ['files']],
  ['tree', ['files']],
  ['status', ['files']],
  ['sync', ['cluster']],
  ['trace', ['files', 'shop.example.com/cart']],
  ['browse', ['terminal']],
  ['canary', ['files', 'web', '--to=web-v2', '--weight=20', client]],
  ['canary start', ['files', 'plain', '--to=web-v2', client]],
  ['canary step', ['files', 'stepped', client]],
  ['canary run', ['cluster', 'stepped', '--interval=1s']],
  ['canary promote', ['files', 'stepped', client]],
  ['canary abort', ['files', 'stepped', client]],
  ['canary switch', ['files', 'shop.example.com/cart', '--to=cart/green', client]],
  ['canary status', ['files', 'stepped']],
  ['canary list', ['files']],
  ['canary watch', ['cluster', 'stepped']],
  ['delegate', ['files', 'shop.example.com/api', '--to=cart/green', '--yes', client]],
  ['delegate cert', ['files', 'wildcard', '--namespace=www', '--to=blog', '--yes', client]],
  ['delegate list', ['files']],
  ['delegate check', ['files', 'shop.example.com/cart']],
  ['delegate revoke', ['files', 'shop.example.com/cart', '--yes', client]],
  ['delegate revoke cert', ['files', 'wildcard', '--namespace=www', '--to=shop', '--yes', client]],
  ['dev', ['nobody']],
  ['version', ['nobody', '--client']],
  ['options', ['nobody']],
  ['help', ['nobody']],
]);

/** Of every command of the catalogue. */
export const samples: readonly Sample[] = catalogue.flatMap((spec) => {
  const row = table.get(spec.name);
  if (row === undefined) return [];
  const [of, ...words] = row;
  return [{ spec, words: [...spec.name.split(' '), ...words], of }];
});

/** Commands that no test here would call: none. */
export const withoutSample: readonly string[] = catalogue.map(({ name }) => name).filter((name) => !table.has(name));

/** Those that answer from manifests, as a table for vitest. */
export const ofFiles = samples.filter(({ of }) => of === 'files').map((sample) => [sample.spec.name, sample] as const);

/** What 1 and 2 mean differs: a question answers no with 1. */
export const failureOf = ({ isQuestion }: CommandSpec): number => (isQuestion === true ? 2 : 1);

/** What -o takes, as help says it; empty for a command without it. */
export function formatsOf({ flags }: CommandSpec): readonly string[] {
  const { summary = '' } = flags.find(({ name }) => name === 'output') ?? {};
  const list = /^Output format: (.*?)(?:, one document a line)?\./.exec(summary)?.[1] ?? '';
  return list.split(/, | or /).map((format) => format.replace(/=.*/, '').replace(/ .*/, ''));
}
