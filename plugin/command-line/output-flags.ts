import type { FlagSpec } from './spec.ts';

export const sortByFlag = {
  name: 'sort-by',
  type: 'string',
  shown: "''",
  summary:
    'Sort by what is at this JSONPath in each item of -o json, such as .source.name; items without it come first.',
} as const satisfies FlagSpec;

export const selectorFlags = [
  {
    name: 'selector',
    char: 'l',
    type: 'string',
    shown: "''",
    summary: 'Only what objects wrote whose labels fit, such as team=cart or tier!=edge. Asks a cluster.',
  },
  {
    name: 'field-selector',
    type: 'string',
    shown: "''",
    summary: 'Only what objects wrote with this metadata.name or metadata.namespace, such as metadata.namespace!=shop.',
  },
] as const satisfies readonly FlagSpec[];

export const labelFlags = [
  { name: 'show-labels', type: 'boolean', summary: 'A last column with the labels of each object. Asks a cluster.' },
  {
    name: 'label-columns',
    char: 'L',
    type: 'list',
    shown: '[]',
    summary: 'A column for each of these labels, divided by commas. Asks a cluster.',
  },
] as const satisfies readonly FlagSpec[];

export const watchFlags = [
  {
    name: 'watch',
    char: 'w',
    type: 'boolean',
    summary: 'After the table, a row for each change until interrupted.',
  },
  { name: 'watch-only', type: 'boolean', summary: 'The same without the table: only what changes from now on.' },
] as const satisfies readonly FlagSpec[];

export const outputFlag = {
  name: 'output',
  char: 'o',
  type: 'string',
  shown: 'table',
  summary:
    'Output format: table, wide, json, yaml, kyaml, name, jsonpath=TEMPLATE, jsonpath-file=FILE, custom-columns=SPEC or custom-columns-file=FILE.',
} as const satisfies FlagSpec;

/** Flags of every command that prints objects or rows. */
export const outputFlags = [
  outputFlag,
  { name: 'no-headers', type: 'boolean', summary: 'Leave out the headers of a table.' },
] as const satisfies readonly FlagSpec[];
