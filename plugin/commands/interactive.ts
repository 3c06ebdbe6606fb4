import { fitsGlob } from '../../routing/match/glob.ts';
import type { GuardFlags, ScreenFlags } from '../command-line/screen-flags.ts';
import type { Io } from '../io.ts';
import { filled } from './scope.ts';

/** Whether somebody is there who can look at a screen and type, and did not ask for something else. */
export function isInteractive(
  io: Pick<Io, 'env' | 'terminal' | 'stdinIsTerminal'>,
  { plain, output }: Pick<ScreenFlags, 'plain'> & { readonly output?: string | undefined },
): boolean {
  if (plain || filled(output) !== null) return false;
  return io.stdinIsTerminal && io.terminal.interactive && io.env['TERM'] !== 'dumb' && !isAutomated(io.env);
}

/** https://docs.github.com/actions/reference/workflows-and-actions/variables, and every other CI that sets the same. */
function isAutomated(env: Io['env']): boolean {
  const { CI = '' } = env;
  return CI !== '' && CI !== 'false' && CI !== '0';
}

/** Whether a context is one in which a slip of a finger must do nothing. */
export function isProtected(context: string | null, { protect }: Pick<GuardFlags, 'protect'>, env: Io['env']): boolean {
  const own = (env['KUBECTL_CONTOUR_PROTECT'] ?? '').split(',');
  const patterns = protect.length > 0 ? protect : own;
  return context !== null && patterns.some((pattern) => pattern !== '' && fitsGlob(pattern, context));
}

/** Keeps what would be written over a screen until there is none. */
export function heldBack(io: Io): { readonly io: Io; release(): void } {
  const kept = new Set<string>();
  let shown = true;
  const writeError = (text: string): void => {
    if (shown) kept.add(text);
    else io.writeError(text);
  };
  return {
    io: { ...io, writeError },
    release() {
      shown = false;
      for (const text of kept) io.writeError(text);
      kept.clear();
    },
  };
}
