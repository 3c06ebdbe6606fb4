import type { FlagSpec } from './spec.ts';

/** Flags of every command that this program reads itself. */
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

/** Flags that ask a running controller instead of a folder. */
export const debugUrlFlag = {
  name: 'debug-url',
  type: 'string',
  shown: 'http://127.0.0.1:6060',
  summary: 'The debug endpoint of a running controller. KUBECTL_CONTOUR_DEBUG_URL sets another default.',
} as const satisfies FlagSpec;
