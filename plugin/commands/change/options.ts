import { requestTimeout } from '../../load/connection.ts';
import { helpHint, UsageFailure } from '../../failure.ts';
import type { Io } from '../../io.ts';
import { escapeControls } from '../../output/escape.ts';
import { warnTo } from '../../output/warning.ts';
import type { FlagValues } from '../../command-line/spec.ts';
import type { writerFlags } from '../../command-line/write-flags.ts';
import type { Writer } from '../../load/object-cluster.ts';
import type { DryRun } from '../../services/change/written.ts';
import { filled } from '../scope.ts';

/** In kubectl's words. Throws UsageFailure. */
export function dryRunOf(given: string | undefined, command: string, io: Io): DryRun {
  switch (given) {
    case undefined:
      return 'none';
    case 'none':
    case 'client':
    case 'server':
      return given;
    case 'false':
      warnTo(io)(instead('--dry-run=false', 'none', ' (boolean value)'));
      return 'none';
    case 'true':
      warnTo(io)(instead('--dry-run=true', 'client', ' (boolean value)'));
      return 'client';
    case 'unchanged':
      warnTo(io)(instead('--dry-run', 'client', ''));
      return 'client';
    default: {
      const message = `Invalid dry-run value (${given}). Must be "none", "server", or "client".`;
      throw new UsageFailure(escapeControls(message), helpHint(io.program, command));
    }
  }
}

function instead(flag: string, value: DryRun, why: string): string {
  return `${flag} is deprecated${why} and can be replaced with --dry-run=${value}.`;
}

/** As what the API server is asked to write. Throws UsageFailure. */
export function writerOf(
  { 'field-manager': manager, validate }: Partial<FlagValues<typeof writerFlags>>,
  command: string,
  { program }: Io,
): Writer {
  const given = filled(validate);
  const fieldValidation = given === null ? null : (validations.get(given) ?? null);
  if (given !== null && fieldValidation === null)
    throw new UsageFailure(`--validate is strict, warn or ignore, not "${given}"`, helpHint(program, command));
  return { fieldManager: filled(manager) ?? 'kubectl-contour', fieldValidation };
}

/** true and false are kubectl's older words. https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation */
const validations: ReadonlyMap<string, Writer['fieldValidation']> = new Map([
  ['strict', 'Strict'],
  ['true', 'Strict'],
  ['warn', 'Warn'],
  ['ignore', 'Ignore'],
  ['false', 'Ignore'],
]);

/** In ms. Throws UsageFailure that names the flag. */
export function timeOf(flag: string, text: string, command: string, io: Io): number {
  try {
    return requestTimeout(text, command, io) ?? 0;
  } catch (error) {
    if (!(error instanceof UsageFailure)) throw error;
    throw new UsageFailure(`${flag} takes a time such as 30s or 2m, not "${text}"`, helpHint(io.program, command));
  }
}
