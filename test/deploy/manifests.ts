import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';

export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
  readonly verbs: readonly string[];
}

export interface Manifest {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly rules?: readonly Rule[];
  /** Of a binding. */
  readonly roleRef?: { readonly kind: string; readonly name: string };
  readonly spec?: object;
}

const root = fileURLToPath(new URL('../..', import.meta.url));

export const textOf = (path: string): string => readFileSync(root + path, 'utf8');

/** Every object of a text of YAML. */
export function objectsIn(yaml: string): readonly Manifest[] {
  return parseAllDocuments(yaml).map((document) => {
    const object: unknown = document.toJS();
    return object as Manifest;
  });
}

export const shownName = ({ kind, metadata }: Manifest): string => `${kind} ${metadata.name}`;

/** The rules of a role of `objects`, called `KIND NAME`. Throws where it is not there. */
export function rulesOf(objects: readonly Manifest[], role: string): readonly Rule[] {
  const rules = objects.find((object) => shownName(object) === role)?.rules;
  if (rules === undefined) throw new Error(`there is no ${role}`);
  return rules;
}
