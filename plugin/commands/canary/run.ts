import { canaryRunSpec } from '../../command-line/canary-specs.ts';
import { CommandFailure } from '../../failure.ts';
import type { Io } from '../../io.ts';
import { printJsonLine } from '../../output/json.ts';
import { changeReport } from '../../services/canary/report.ts';
import { closeSession } from '../change/close-session.ts';
import { dryRunOf } from '../change/options.ts';
import { command } from '../command.ts';
import { isInteractive } from '../interactive.ts';
import { outputFormat } from '../output-format.ts';
import { filled } from '../scope.ts';
import type { RunInput, Told } from './run-course.ts';
import { codeOfRun, type Run, startDriving, stopOnInterrupt } from './run-driving.ts';
import { guardsIn } from './run-judge.ts';
import { runLine } from './run-line.ts';
import { openSession } from './session.ts';

const NAME = 'canary run';

export const canaryRunCommand = command(canaryRunSpec, async (input, io) => {
  const { flags } = input;
  const format = outputFormat(flags.output ?? '', ['', 'json'], NAME, io);
  const onInterrupt = outcomeOf(filled(flags['on-interrupt']));
  const guards = guardsIn(flags, NAME, io);
  refuseUnknown(input, io);
  const onScreen = flags.watch && isInteractive(io, flags);
  const session = await openSession(flags, io, NAME);
  const run: Run = { name: NAME, input, session, guards, onInterrupt };
  try {
    if (onScreen) return await (await import('./run-screen.ts')).showRun(run, io);
    if (flags.watch) return await (await import('./run-log.ts')).logRun(run, format, io);
    return await tellRun(run, format, io);
  } finally {
    await closeSession(session);
  }
});

/** Null where it is to be asked for at a terminal; hold elsewhere. */
function outcomeOf(text: string | null): 'abort' | 'hold' | null {
  if (text === null || text === 'abort' || text === 'hold') return text;
  throw new CommandFailure(`--on-interrupt is hold or abort, not "${text}"`);
}

function refuseUnknown({ flags }: RunInput, io: Io): void {
  if (flags.filename.length > 0) throw new CommandFailure('canary run drives a cluster: files have nobody to wait for');
  if (dryRunOf(flags['dry-run'], NAME, io) !== 'none')
    throw new CommandFailure('canary run has no dry run: canary start and canary step have one each');
}

/** A line, or a document, for each step. */
async function tellRun(run: Run, format: '' | 'json', io: Io): Promise<number> {
  const tell = (told: Told): void => io.write(format === 'json' ? jsonLine(told) : runLine(told));
  const driving = await startDriving(run, tell, io);
  const release = stopOnInterrupt(driving, run, io);
  try {
    return codeOfRun(await driving.end);
  } finally {
    release();
  }
}

function jsonLine(told: Told): string {
  return printJsonLine(changeReport({ ...told, dryRun: 'none', file: null }));
}
