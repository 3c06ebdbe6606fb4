import type { FlagSpec } from './spec.ts';

/** As whom, and how strictly, the API server is told to write. */
export const writerFlags = [
  { name: 'field-manager', type: 'string', shown: 'kubectl-contour', summary: 'The name under which is written.' },
  {
    name: 'validate',
    type: 'string',
    shown: "''",
    alone: 'strict',
    summary:
      'What the API server does about fields that it does not know: strict (refuse), warn or ignore; its own choice where it is not given.',
  },
] as const satisfies readonly FlagSpec[];
