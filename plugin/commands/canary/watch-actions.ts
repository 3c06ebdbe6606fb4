import type { JsonObject } from '../../../files/edit/json-patch.ts';
import { CommandFailure } from '../../failure.ts';
import type { Io } from '../../io.ts';
import { printLive } from '../../output/canary-change.ts';
import { printTrace } from '../../output/trace.ts';
import { readRequest } from '../../../routing/trace-request.ts';
import type { CanaryPlan, PlanContext } from '../../services/canary/plan.ts';
import { planAbort } from '../../services/canary/plan-abort.ts';
import { planPromote } from '../../services/canary/plan-promote.ts';
import { planRelease } from '../../services/canary/plan-run.ts';
import { planWeight } from '../../services/canary/plan-weight.ts';
import { recordOf } from '../../services/canary/record.ts';
import { isProblem, problemOf, type Problem } from '../../services/change/problem.ts';
import type { SubjectChoice } from '../../services/canary-watch/subject.ts';
import { traceQuestion } from '../../services/trace-question.ts';
import type { Action, CanaryEvent } from '../../views/canary/state.ts';
import { pageOf } from '../../views/page.ts';
import { timeOf } from '../change/options.ts';
import { change } from './change.ts';
import { weightJob } from './job.ts';
import { lateFailure } from './show-change.ts';
import { openRoutes, type WatchJob } from './watch-job.ts';

/** Does what somebody asked for on the screen, as the command of that name would; tells what became of it. */
export async function act({ flags, session, proxy, view, io }: WatchJob, action: Action): Promise<CanaryEvent> {
  const said: string[] = [];
  const quiet: Io = { ...io, writeError: (text) => void said.push(text.trim()) };
  const changeFlags = { ...flags, filename: [], output: undefined, 'dry-run': undefined, wait: true, host: undefined };
  const isCandidate = (): boolean => true;
  const base = weightJob({
    command: 'canary',
    action: action.type === 'apply' ? 'weight' : action.type,
    flags: changeFlags,
    word: view.context.name,
    retype: '',
    isCandidate,
  });
  const job = {
    ...base,
    needsBackends: action.type === 'apply' || action.type === 'promote',
    find: () => session.store.again(proxy),
    plan: async (now: JsonObject, context: PlanContext) => planOf(action, now, view.choice, context),
  };
  return told(async () => {
    const timeoutMs = timeOf('--timeout', flags.timeout ?? '60s', 'canary watch', io);
    const done = await change({ job, session, dryRun: 'none', timeoutMs, io: quiet });
    const late = lateFailure(done.outcome, view.context.name, io.program);
    if (late !== null) throw late;
    const notes = [...done.plan.notes, ...said, ...(done.note === null ? [] : [done.note])];
    const text = printLive(done.outcome, null).trim() || 'done';
    return { type: 'done', text: [text, ...notes].join('; ') };
  });
}

function planOf(action: Action, proxy: JsonObject, choice: SubjectChoice, context: PlanContext): CanaryPlan | Problem {
  switch (action.type) {
    case 'apply': {
      const wish = { type: 'share', percent: action.percent } as const;
      return planWeight(proxy, { ...choice, wish, stable: null }, context);
    }
    case 'promote':
      return planPromote(proxy, { ...choice, finish: false }, context);
    case 'abort':
      return planAbort(proxy, context);
    case 'hold':
      return planHold(proxy, context);
  }
}

/** Whoever drives finds out at the next step that he does not any more. */
function planHold(proxy: JsonObject, context: PlanContext): CanaryPlan | Problem {
  const record = recordOf(proxy);
  if (record !== null && isProblem(record)) return record;
  if (record === null || record.run === null) return problemOf('nobody drives it');
  return planRelease(proxy, record.run, context);
}

/** What becomes of a request to the watched route. */
export async function traceRoute(job: WatchJob, url: string): Promise<CanaryEvent> {
  const written = { method: null, url, headers: [], sni: null, sourceIp: null, all: false, seed: null };
  const request = readRequest(written);
  if (typeof request === 'string') return { type: 'failed', lines: [request] };
  return told(async () => {
    const source = await openRoutes(job);
    const trace = await source.ask(traceQuestion({ request, all: false, seed: null }, written));
    await source.close();
    return {
      type: 'page',
      page: pageOf(
        `trace ${url}`,
        printTrace(trace, () => null)
          .trimEnd()
          .split('\n'),
      ),
    };
  });
}

/** A refusal is something to read; anything else is a mistake of ours, and ends the program. */
async function told(ask: () => Promise<CanaryEvent>): Promise<CanaryEvent> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    return { type: 'failed', lines: [error.message, ...error.hints] };
  }
}
