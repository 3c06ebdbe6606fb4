import type { FlagSpec } from './spec.ts';

/** Flags of every command that are about this program. */
export const commonFlags = [
  {
    name: 'color',
    type: 'string',
    shown: 'auto',
    summary: 'When to colour the output: auto, always or never. NO_COLOR and TERM=dumb mean never.',
  },
  {
    name: 'error-format',
    type: 'string',
    shown: 'text',
    summary: 'How to write an error to standard error: text, or json for a v1 Status.',
  },
  { name: 'help', char: 'h', type: 'boolean', summary: 'Show this help.' },
] as const satisfies readonly FlagSpec[];

export const debugUrlFlag = {
  name: 'debug-url',
  type: 'string',
  shown: "''",
  summary:
    'The debug endpoint of a running controller, in place of a cluster; KUBECTL_CONTOUR_DEBUG_URL is the default.',
} as const satisfies FlagSpec;
