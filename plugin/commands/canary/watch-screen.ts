import type { Io } from '../../io.ts';
import { followCanary } from '../../load/follow-canary.ts';
import { may } from '../../load/may.ts';
import { escapeControls } from '../../output/escape.ts';
import { describeRight } from '../../services/rights.ts';
import { percentText } from '../../services/canary/weights.ts';
import type { Moment } from '../../services/canary-watch/moment.ts';
import { canaryScreen } from '../../views/canary/screen.ts';
import { type CanaryEvent, type Effect, firstState, type Setting } from '../../views/canary/state.ts';
import type { Backstage, Dispatch } from '../../views/screen.ts';
import { showScreen } from '../../views/show-screen.ts';
import { isProtected } from '../interactive.ts';
import { act, traceRoute } from './watch-actions.ts';
import { feedOf, type WatchJob } from './watch-job.ts';

const tickMs = 1000;

/** The screen of one canary, until somebody leaves it. Answers the exit code. */
export async function showWatch(job: WatchJob, io: Io): Promise<number> {
  const { flags, session, proxy, view } = job;
  const setting: Setting = {
    view,
    cluster: session.cluster.context,
    isProtected: isProtected(session.cluster.context, flags, io.env),
    ascii: flags.ascii,
    command: view.context.command,
  };
  const shown = { screen: canaryScreen, initial: firstState(proxy, setting, Date.now()), whole: true };
  const end = await showScreen({ ...shown, ascii: flags.ascii, backstage: backstageOf(job) }, io);
  if (end.type === 'interrupted' || end.end.type === 'interrupted') return 130;
  io.write(farewell(end.end.state.moment, setting.command));
  return 0;
}

function backstageOf(job: WatchJob): Backstage<CanaryEvent, Effect> {
  return {
    start(dispatch, signal) {
      void followCanary(feedOf(job), dispatch, signal);
      void tellRights(job, dispatch, signal);
      const timer = setInterval(() => dispatch({ type: 'tick', now: Date.now() }), tickMs);
      signal.addEventListener('abort', () => clearInterval(timer), { once: true });
    },
    perform(effect, dispatch) {
      void (effect.type === 'trace' ? traceRoute(job, effect.url) : act(job, effect)).then(dispatch);
    },
  };
}

async function tellRights(
  { flags, session, view }: WatchJob,
  dispatch: Dispatch<CanaryEvent>,
  signal: AbortSignal,
): Promise<void> {
  if (flags['read-only']) return dispatch({ type: 'read-only', why: '--read-only was given' });
  const name = view.context.name;
  const right = { verb: 'patch', group: 'projectcontour.io', resource: 'httpproxies', namespace: view.namespace, name };
  const allowed = await may(session.cluster, right, signal);
  if (allowed === false) dispatch({ type: 'read-only', why: `you may not ${describeRight(right)}` });
}

/** What stays behind on the terminal. */
function farewell({ subject, item, gone }: Moment, command: string): string {
  const canary = subject?.canary ?? null;
  if (gone || canary === null) return '';
  const stays = `${canary.name} stays at ${percentText(canary.percent)}.`;
  return `${escapeControls(item.active ? `${stays} Abort: ${command} abort ${item.object.name}` : stays)}\n`;
}
