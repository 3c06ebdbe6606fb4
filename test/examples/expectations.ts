import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import type { Answer, Question } from '../support/request.ts';

/** What an `expect.yaml` beside an example says. */
export interface Expectations {
  readonly requests?: readonly Expectation[];
  readonly tallies?: readonly Tally[];
  readonly objects?: readonly ExpectedObject[];
  readonly steps?: readonly Step[];
}

export interface Expectation extends Question {
  readonly name: string;
  readonly expect: Partial<Answer>;
}

/** Shares over many requests, `namespace/service` to percent. */
export interface Tally extends Question {
  readonly name: string;
  readonly requests: number;
  readonly percent: Readonly<Record<string, number>>;
}

export interface ExpectedObject {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly status: string;
  readonly reason?: string;
  /** `namespace/name` of who holds what this object asked for. */
  readonly holder?: string;
}

/** An edit of the example's files, and what is answered afterwards. */
export interface Step {
  readonly name: string;
  readonly edit?: { readonly file: string; readonly from: string; readonly to: string };
  readonly remove?: string;
  readonly requests: readonly Expectation[];
}

export const examplesFolder = fileURLToPath(new URL('../../crds/examples', import.meta.url));

/** Folder name to what is expected of it. */
export function readExamples(): ReadonlyMap<string, Expectations> {
  const names = readdirSync(examplesFolder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
  return new Map(
    names.map((name) => [name, parse(readFileSync(path.join(examplesFolder, name, 'expect.yaml'), 'utf8'))]),
  );
}
