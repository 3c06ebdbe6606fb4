import type { FlagSpec } from './spec.ts';

export const sortByFlag = {
  name: 'sort-by',
  type: 'string',
  shown: "''",
  summary:
    'Sort by what is at this JSONPath in each item of -o json, such as .source.name; items without it come first.',
} as const satisfies FlagSpec;

export const watchFlag = {
  name: 'watch',
  char: 'w',
  type: 'boolean',
  summary: 'After the table, a row for each change until interrupted.',
} as const satisfies FlagSpec;

/** Flags of every command that prints objects or rows. */
export const outputFlags = [
  {
    name: 'output',
    char: 'o',
    type: 'string',
    shown: 'table',
    summary:
      'Output format: table, wide, json, yaml, kyaml, name, jsonpath=TEMPLATE, jsonpath-file=FILE, custom-columns=SPEC or custom-columns-file=FILE.',
  },
  { name: 'no-headers', type: 'boolean', summary: 'Leave out the headers of a table.' },
] as const satisfies readonly FlagSpec[];
