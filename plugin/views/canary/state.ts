import type { Verdict } from '../../services/canary/drive.ts';
import type { Facts, FactEvent } from '../../services/canary-watch/facts.ts';
import { firstFacts, learn } from '../../services/canary-watch/facts.ts';
import { type Moment, momentOf, type Viewpoint } from '../../services/canary-watch/moment.ts';
import { type Page, pageOf } from '../page.ts';

/** What somebody is asked, below the numbers. */
export type Question =
  /** Staged in percent, or all of it. */
  | { readonly type: 'set'; readonly text: string }
  | { readonly type: 'promote' }
  | { readonly type: 'abort' }
  /** What becomes of a run that is interrupted. */
  | { readonly type: 'interrupt' }
  /** Where a cluster is protected the name is typed, and not one letter. */
  | { readonly type: 'name'; readonly action: Action; readonly text: string };

/** What can be done to a canary from here. */
export type Action =
  | { readonly type: 'apply'; readonly percent: number }
  | { readonly type: 'promote' }
  | { readonly type: 'abort' }
  | { readonly type: 'hold' };

/** What the screen wants from the world. */
export type Effect = Action | { readonly type: 'trace'; readonly url: string };

export interface Notice {
  readonly text: string;
  readonly look: 'good' | 'bad' | 'warning' | 'plain';
}

/** What stays the same while the screen is shown. */
export interface Setting {
  readonly view: Viewpoint;
  /** Of the kubeconfig; null without one. */
  readonly cluster: string | null;
  /** Whether the object's name is to be typed. */
  readonly isProtected: boolean;
  readonly ascii: boolean;
  /** How people call us: `kubectl contour canary`. */
  readonly command: string;
  /** What is shown is driven from here; null where it is not. */
  readonly run: RunSetting | null;
}

interface RunSetting {
  /** `5xx<1%`; null where nobody judges. */
  readonly guards: string | null;
  /** Whether Ctrl-C asks what becomes of it. */
  readonly asks: boolean;
}

export interface CanaryState {
  readonly setting: Setting;
  readonly facts: Facts;
  readonly moment: Moment;
  /** Epoch, in ms. */
  readonly now: number;
  /** What the canary is to get once it is applied; null where nothing is staged. */
  readonly staged: number | null;
  readonly question: Question | null;
  readonly page: Page | null;
  /** What is being done. */
  readonly busy: string | null;
  readonly notice: Notice | null;
  /** Why there are no keys that change anything; null where there are. */
  readonly readOnly: string | null;
  /** Whether this machine drives: until somebody changes something by hand. */
  readonly drives: boolean;
  /** What is thought of the step so far; null where nobody judges. */
  readonly verdict: Verdict | null;
  /** Requests a second, by service, the newest last. */
  readonly rates: ReadonlyMap<string, readonly number[]>;
}

export type CanaryEvent =
  | FactEvent
  | { readonly type: 'tick'; readonly now: number; readonly verdict: Verdict | null }
  /** What whoever drives has done. */
  | { readonly type: 'news'; readonly text: string }
  /** Nobody drives any more. */
  | { readonly type: 'over' }
  | { readonly type: 'read-only'; readonly why: string }
  | { readonly type: 'done'; readonly text: string }
  | { readonly type: 'failed'; readonly lines: readonly string[] }
  | { readonly type: 'page'; readonly page: Page };

export function firstState(proxy: Facts['proxy'], setting: Setting, now: number): CanaryState {
  const facts = firstFacts(proxy);
  return {
    setting,
    facts,
    moment: momentOf(facts, setting.view, null),
    now,
    staged: null,
    question: null,
    page: null,
    busy: null,
    notice: null,
    readOnly: null,
    drives: setting.run !== null,
    verdict: null,
    rates: new Map(),
  };
}

/** How many rates are kept of each service. */
const longestRates = 30;

/** What an event from outside makes of the state. */
export function heard(state: CanaryState, event: CanaryEvent): CanaryState {
  switch (event.type) {
    case 'tick':
      return { ...state, now: event.now, verdict: event.verdict };
    case 'news':
      return { ...state, notice: { text: event.text, look: 'plain' } };
    case 'over':
      return { ...state, drives: false };
    case 'read-only':
      return { ...state, readOnly: event.why, staged: null, question: null };
    case 'done':
      return { ...state, busy: null, staged: null, notice: { text: event.text, look: 'good' } };
    case 'failed':
      return failed(state, event.lines);
    case 'page':
      return { ...state, page: event.page };
    default:
      return learnt(state, event);
  }
}

/** What takes more than a line to say gets a page of its own. */
function failed(state: CanaryState, lines: readonly string[]): CanaryState {
  const notice = { text: lines.slice(0, 2).join('  '), look: 'bad' } as const;
  return { ...state, busy: null, notice, page: lines.length > 2 ? pageOf('refused', lines) : state.page };
}

function learnt(state: CanaryState, event: FactEvent): CanaryState {
  const facts = learn(state.facts, event);
  const moment = momentOf(facts, state.setting.view, state.moment);
  const rates = event.type === 'traffic' ? withRates(state.rates, event) : state.rates;
  // What was staged was meant for what was seen.
  const isMoved = moment.subject?.canary?.percent !== state.moment.subject?.canary?.percent;
  const isBlind = event.type === 'lost' || moment.gone;
  const kept = isMoved || isBlind ? { staged: null, question: null } : {};
  return { ...state, ...kept, facts, moment, rates };
}

function withRates(
  rates: CanaryState['rates'],
  { traffic }: Extract<FactEvent, { type: 'traffic' }>,
): CanaryState['rates'] {
  if (traffic.type === 'unavailable') return rates;
  return new Map(
    traffic.samples.map(({ service, requestsPerSecond }) => [
      service,
      [...(rates.get(service) ?? []), requestsPerSecond].slice(-longestRates),
    ]),
  );
}
