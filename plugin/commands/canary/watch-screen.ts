import type { Io } from '../../io.ts';
import { missingRight } from '../../load/api-failure.ts';
import { followCanary } from '../../load/follow-canary.ts';
import { may } from '../../load/may.ts';
import { escapeControls } from '../../output/escape.ts';
import { describeRight } from '../../services/rights.ts';
import { percentText } from '../../services/canary/weights.ts';
import type { Verdict } from '../../services/canary/drive.ts';
import type { Facts } from '../../services/canary-watch/facts.ts';
import type { Moment } from '../../services/canary-watch/moment.ts';
import { canaryScreen } from '../../views/canary/screen.ts';
import type { CanaryEnd } from '../../views/canary/keys.ts';
import { type CanaryEvent, type Effect, firstState, type Setting } from '../../views/canary/state.ts';
import type { Backstage, Dispatch } from '../../views/screen.ts';
import { showScreen } from '../../views/show-screen.ts';
import { isProtected } from '../interactive.ts';
import { act, traceRoute } from './watch-actions.ts';
import { feedOf, type WatchJob } from './watch-job.ts';

const tickMs = 1000;

/** A run that is shown while it drives. */
export interface Wheel {
  /** `5xx<1%`; null where nobody judges. */
  readonly guards: string | null;
  /** Whether Ctrl-C asks what becomes of it. */
  readonly asks: boolean;
  /** What is thought of the step so far; null where nobody judges. */
  verdict(): Verdict | null;
  /** Takes whoever is to hear of each step. */
  listen(dispatch: Dispatch<CanaryEvent>): void;
  /** Resolves when nobody drives any more: to whether that is the end of the screen, too. Never rejects. */
  readonly isOver: Promise<boolean>;
  /** Somebody changes something on the screen, and drives from then on, whether or not it comes to that. */
  letGo(acted: Promise<unknown>): void;
}

/** How the screen was left. */
type WatchLeft = Pick<CanaryEnd, 'type'> & { readonly how: 'hold' | 'abort' | null };

/** The screen of one canary, until somebody leaves it, or the run that it shows is over. */
export async function showWatch(job: WatchJob, io: Io, wheel: Wheel | null = null): Promise<WatchLeft> {
  const { flags, session, proxy, view } = job;
  const setting: Setting = {
    view,
    cluster: session.cluster.context,
    isProtected: isProtected(session.cluster.context, flags, io.env),
    ascii: flags.ascii,
    command: view.context.command,
    run: wheel === null ? null : { guards: wheel.guards, asks: wheel.asks },
  };
  const shown = { screen: canaryScreen, initial: firstState(proxy, setting, Date.now()), whole: true };
  const end = await showScreen({ ...shown, ascii: flags.ascii, backstage: backstageOf(job, wheel) }, io);
  if (end.type === 'interrupted') return { type: 'interrupted', how: null };
  if (end.end.type === 'interrupted') return end.end;
  if (end.end.type === 'left') {
    const { moment, facts } = end.end.state;
    io.write(farewell(moment, setting.command));
    io.writeError(unseenOf(facts));
  }
  return { type: end.end.type, how: null };
}

function backstageOf(job: WatchJob, wheel: Wheel | null): Backstage<CanaryEvent, Effect> {
  return {
    start(dispatch, signal) {
      void followCanary(feedOf(job), dispatch, signal);
      void tellRights(job, dispatch, signal);
      const tick = (): void => dispatch({ type: 'tick', now: Date.now(), verdict: wheel?.verdict() ?? null });
      const timer = setInterval(tick, tickMs);
      wheel?.listen(dispatch);
      void wheel?.isOver.then((isOver) => isOver && dispatch({ type: 'over' }));
      signal.addEventListener('abort', () => clearInterval(timer), { once: true });
    },
    perform(effect, dispatch) {
      const done = effect.type === 'trace' ? traceRoute(job, effect.url) : act(job, effect);
      if (effect.type !== 'trace') wheel?.letGo(done);
      void done.then(dispatch);
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

/** What would have to be granted to see it live; a screen has no room for that. */
function unseenOf({ stale }: Facts): string {
  const missing = stale?.missing ?? null;
  return missing === null ? '' : `${missingRight(missing).map(escapeControls).join('\n')}\n`;
}

/** What stays behind on the terminal. */
function farewell({ subject, item, gone }: Moment, command: string): string {
  const canary = subject?.canary ?? null;
  if (gone || canary === null) return '';
  const stays = `${canary.name} stays at ${percentText(canary.percent)}.`;
  return `${escapeControls(item.active ? `${stays} Abort: ${command} abort ${item.object.name}` : stays)}\n`;
}
