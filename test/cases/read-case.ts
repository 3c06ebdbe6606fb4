import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { mergeManifests, type ManifestSet } from '../../files/manifest-set.ts';
import { parseManifests } from '../../files/manifests.ts';
import { type CompileSettings, defaultSettings } from '../../routing/graph/settings.ts';
import type { Change } from '../../routing/objects/kubernetes-object.ts';
import type { ObjectRef } from '../../routing/objects/ref.ts';

export interface Step {
  readonly name: string;
  readonly changes: readonly Change[];
  /** Faults of the files, one line each. */
  readonly faults: readonly string[];
}

/** A folder of `in.yaml` and, where they are, `settings.yaml` and `steps.yaml`. */
export interface Case {
  readonly settings: CompileSettings;
  /** The first is `in.yaml` itself. */
  readonly steps: readonly Step[];
}

interface WrittenStep {
  readonly name: string;
  readonly put?: readonly unknown[];
  readonly delete?: readonly ObjectRef[];
}

export function readCase(folder: string): Case {
  const settings = optional<Partial<CompileSettings>>(join(folder, 'settings.yaml')) ?? {};
  const steps = optional<readonly WrittenStep[]>(join(folder, 'steps.yaml')) ?? [];
  const first = stepOf('in.yaml', readFileSync(join(folder, 'in.yaml'), 'utf8'), []);
  return { settings: { ...defaultSettings, ...settings }, steps: [first, ...steps.map(readStep)] };
}

function optional<T>(file: string): T | null {
  return existsSync(file) ? (parse(readFileSync(file, 'utf8')) as T) : null;
}

function readStep({ name, put = [], delete: gone = [] }: WrittenStep): Step {
  const text = put.map((object) => stringify(object)).join('---\n');
  return stepOf(name, text, gone);
}

function stepOf(name: string, text: string, gone: readonly ObjectRef[]): Step {
  const set = mergeManifests([parseManifests('in.yaml', text)]);
  const deletes: readonly Change[] = gone.map((ref) => ({ type: 'delete', ref }));
  return { name, changes: [...deletes, ...upserts(set)], faults: set.faults.map(faultLine) };
}

function upserts(set: ManifestSet): readonly Change[] {
  return [...set.objects.values()].map(({ object }) => ({ type: 'upsert', object }));
}

function faultLine({ line, column, severity, message }: ManifestSet['faults'][number]): string {
  return `${severity} ${line}:${column} ${message}`;
}
