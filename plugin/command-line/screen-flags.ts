import type { FlagSpec, FlagValues } from './spec.ts';

/** Flags of every command that shows a screen to somebody at a terminal. */
export const screenFlags = [
  { name: 'plain', type: 'boolean', summary: 'Lines in place of a screen, at a terminal too.' },
  { name: 'ascii', type: 'boolean', summary: 'Draw screens with characters that every terminal has.' },
] as const satisfies readonly FlagSpec[];

export type ScreenFlags = FlagValues<typeof screenFlags>;

/** What a screen lets somebody do. */
export const guardFlags = [
  { name: 'read-only', type: 'boolean', summary: 'Show no keys that change anything.' },
  {
    name: 'protect',
    type: 'list',
    shown: '[]',
    summary:
      'Contexts, with *, in which a screen asks for the name of what it changes; KUBECTL_CONTOUR_PROTECT is the default.',
  },
] as const satisfies readonly FlagSpec[];

export type GuardFlags = FlagValues<typeof guardFlags>;
