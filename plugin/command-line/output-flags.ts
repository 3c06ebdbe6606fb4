import type { FlagSpec } from './spec.ts';

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
