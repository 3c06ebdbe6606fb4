import { type CommandFailure, ServerFailure, UsageFailure } from '../failure.ts';
import { escapeControls } from './escape.ts';

/** One line that begins with `error:`, or names the API server as kubectl does, and what to do about it. */
export function printFailure(failure: CommandFailure): string {
  return [`${titleOf(failure)}: ${failure.message}`, ...failure.hints]
    .map((line) => `${escapeControls(line)}\n`)
    .join('');
}

function titleOf(failure: CommandFailure): string {
  if (!(failure instanceof ServerFailure)) return 'error';
  return failure.reason === '' ? 'Error from server' : `Error from server (${failure.reason})`;
}

/** A `v1 Status` of Kubernetes on one line. */
export function failureStatus(failure: Error): object {
  return {
    apiVersion: 'v1',
    kind: 'Status',
    metadata: {},
    status: 'Failure',
    message: failure.message,
    ...codeOf(failure),
  };
}

function codeOf(failure: Error): { readonly reason: string; readonly code: number } {
  if (failure instanceof ServerFailure) return { reason: failure.reason, code: failure.status };
  return failure instanceof UsageFailure ? { reason: 'BadRequest', code: 400 } : { reason: 'InternalError', code: 500 };
}
