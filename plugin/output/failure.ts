import type { CommandFailure } from '../failure.ts';
import { UsageFailure } from '../failure.ts';
import { escapeControls } from './escape.ts';

/** One line that begins with `error:`, and what to do about it. */
export function printFailure(failure: CommandFailure): string {
  return [`error: ${failure.message}`, ...failure.hints].map((line) => `${escapeControls(line)}\n`).join('');
}

/** A `v1 Status` of Kubernetes on one line. */
export function failureStatus(failure: Error): object {
  const usage = failure instanceof UsageFailure;
  return {
    apiVersion: 'v1',
    kind: 'Status',
    metadata: {},
    status: 'Failure',
    message: failure.message,
    reason: usage ? 'BadRequest' : 'InternalError',
    code: usage ? 400 : 500,
  };
}
