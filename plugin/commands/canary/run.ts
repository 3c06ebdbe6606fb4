import { canaryRunSpec } from '../../command-line/canary-specs.ts';
import { CommandFailure } from '../../failure.ts';
import type { Io } from '../../io.ts';
import { printLive } from '../../output/canary-change.ts';
import { escapeControls } from '../../output/escape.ts';
import { printJsonLine } from '../../output/json.ts';
import { drive } from '../../services/canary/drive.ts';
import { changeReport } from '../../services/canary/report.ts';
import { percentText } from '../../services/canary/weights.ts';
import { nameOf } from '../../services/change/object-name.ts';
import { dryRunOf } from '../change/options.ts';
import { command } from '../command.ts';
import { outputFormat } from '../output-format.ts';
import { courseOf, type RunInput, type Told } from './run-course.ts';
import { guardsIn, openJudge } from './run-judge.ts';
import { closeSession, openSession } from './session.ts';

const NAME = 'canary run';

export const canaryRunCommand = command(canaryRunSpec, async (input, io) => {
  const { flags } = input;
  const format = outputFormat(flags.output ?? '', ['', 'json'], NAME, io);
  const onInterrupt = outcomeOf(flags['on-interrupt'] ?? 'hold');
  const guards = guardsIn(flags, NAME, io);
  refuseUnknown(input, io);
  const session = await openSession(flags, io, NAME);
  const stop = new AbortController();
  const release = io.onInterrupt(() => stop.abort());
  const tell = (told: Told): void => io.write(format === 'json' ? jsonLine(told) : textLine(told));
  const course = courseOf(input, NAME, session, tell, io);
  const watched = guards === null ? null : await openJudge(guards, { flags, io, session, ...course });
  const end = await drive(course.vehicle, watched?.judge ?? null, onInterrupt, stop.signal);
  release();
  await watched?.close();
  await closeSession(session);
  if (end.type === 'judged') throw new CommandFailure(`aborted: ${end.reason}`);
  return end.type === 'interrupted' ? 130 : 0;
});

function outcomeOf(text: string): 'abort' | 'hold' {
  if (text === 'abort' || text === 'hold') return text;
  throw new CommandFailure(`--on-interrupt is hold or abort, not "${text}"`);
}

function refuseUnknown({ flags }: RunInput, io: Io): void {
  if (flags.filename.length > 0) throw new CommandFailure('canary run drives a cluster: files have nobody to wait for');
  if (dryRunOf(flags['dry-run'], NAME, io) !== 'none')
    throw new CommandFailure('canary run has no dry run: canary start and canary step have one each');
}

function jsonLine(told: Told): string {
  return printJsonLine(changeReport({ ...told, dryRun: 'none', file: null }));
}

/** `2026-11-21T12:03:10Z  web  web-v2 5% -> 25%  live on 3/3 envoys after 41ms` */
function textLine({ plan, proxy, outcome, action }: Told): string {
  const now = `${new Date().toISOString().slice(0, 19)}Z`;
  const moved = plan.changes.flatMap(({ before, after }) =>
    after.map(({ service, percent }) => {
      const was = before.find((share) => share.service === service)?.percent ?? 0;
      return `${service} ${percentText(was)} -> ${percentText(percent)}`;
    }),
  );
  const live = printLive(outcome, null).trimEnd();
  return `${escapeControls([now, nameOf(proxy), action, moved.join(', '), live].filter((part) => part !== '').join('  '))}\n`;
}
