/** What may be written to standard output, decided once. */
export interface Terminal {
  /** Somebody looks at it: repeated cells may be blank. */
  readonly interactive: boolean;
  readonly color: boolean;
}

export type ColorChoice = 'auto' | 'always' | 'never';

export function isColorChoice(text: string): text is ColorChoice {
  return text === 'auto' || text === 'always' || text === 'never';
}

/**
 * NO_COLOR counts by its presence, even empty, as it does for kubectl (https://no-color.org would have it non-empty).
 */
export function decideTerminal(
  isTerminal: boolean,
  env: Readonly<Record<string, string | undefined>>,
  choice: ColorChoice,
): Terminal {
  const quiet = env['NO_COLOR'] !== undefined || env['TERM'] === 'dumb';
  const color = choice === 'always' || (choice === 'auto' && isTerminal && !quiet);
  return { interactive: isTerminal, color };
}
