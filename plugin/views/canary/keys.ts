import { percentText } from '../../services/canary/weights.ts';
import { isNamed, isText, type Key } from '../key.ts';
import { notTheName } from '../name-question.ts';
import { pageOf, turned } from '../page.ts';
import { type KeyEvent, stay, type Step } from '../screen.ts';
import { typed } from '../text-field.ts';
import { diffLines } from './diff.ts';
import { helpLines } from './help.ts';
import { type Action, type CanaryEvent, type CanaryState, type Effect, heard, type Question } from './state.ts';

/** How somebody left. */
export type CanaryEnd =
  | { readonly type: 'left'; readonly state: CanaryState }
  /** The run that was shown is over. */
  | { readonly type: 'over' }
  /** `how` is what becomes of the run; null where it was not asked. */
  | { readonly type: 'interrupted'; readonly how: 'hold' | 'abort' | null };

type CanaryStep = Step<CanaryState, Effect, CanaryEnd>;

export function update(state: CanaryState, event: CanaryEvent | KeyEvent): CanaryStep {
  if (event.type === 'key') return onKey(state, event.key);
  return { state: heard(state, event), effects: [], end: event.type === 'over' ? { type: 'over' } : null };
}

function onKey(state: CanaryState, key: Key): CanaryStep {
  if (isNamed(key, 'interrupt')) return interrupted(state);
  if (state.page !== null) return stay({ ...state, page: turned(state.page, key) });
  if (state.question !== null) return answer(state, state.question, key);
  if (isText(key, 'q')) return { state, effects: [], end: { type: 'left', state } };
  if (isText(key, '?')) return stay({ ...state, page: pageOf('keys', helpLines(state)) });
  const dead = deadBecause(state);
  if (dead !== null) return stay({ ...state, notice: { text: dead, look: 'warning' } });
  if (isText(key, 'd')) return stay({ ...state, page: pageOf('changes', diffLines(state)) });
  if (isText(key, 't')) return traced(state);
  const why = whyNotChange(state);
  if (why !== null) return changes(key) ? stay({ ...state, notice: { text: why, look: 'warning' } }) : stay(state);
  return onChangeKey({ ...state, notice: null }, key);
}

/** Pressed twice it is what it does by itself. */
function interrupted(state: CanaryState): CanaryStep {
  const asks = state.drives && state.setting.run?.asks === true && state.question?.type !== 'interrupt';
  if (asks) return stay({ ...state, page: null, question: { type: 'interrupt' } });
  return { state, effects: [], end: { type: 'interrupted', how: null } };
}

function onInterrupt(state: CanaryState, key: Key): CanaryStep {
  const end = (how: 'hold' | 'abort'): CanaryStep => ({ state, effects: [], end: { type: 'interrupted', how } });
  if (isText(key, 'a')) return end('abort');
  return isText(key, 'h') || isNamed(key, 'enter') ? end('hold') : stay({ ...state, question: null });
}

/** Numbers that may not be true are no ground for anything. */
export function deadBecause({ facts, moment }: CanaryState): string | null {
  if (facts.stale !== null) return 'keys wait until the API server is back';
  return moment.gone ? `${moment.item.object.name} was deleted` : null;
}

/** Null where the keys that change something work. */
export function whyNotChange({ readOnly, busy, moment }: CanaryState): string | null {
  if (readOnly !== null) return `read-only: ${readOnly}`;
  if (busy !== null) return `wait: ${busy}`;
  const { subject, problem } = moment;
  if (subject === null) return problem?.problem ?? 'no route shares its requests';
  return subject.canary === null
    ? `${subject.unknown?.problem ?? 'no canary is known'} Leave, and say it with --to SERVICE`
    : null;
}

function traced(state: CanaryState): CanaryStep {
  const { url } = state.moment;
  if (url !== null)
    return stay({ ...state, notice: { text: `tracing ${url}`, look: 'plain' } }, { type: 'trace', url });
  return stay({ ...state, notice: { text: 'nobody says which request the route answers', look: 'warning' } });
}

const named = ['up', 'down', 'left', 'right', 'enter'] as const;

function changes(key: Key): boolean {
  return key.type === 'text' ? 'snpa '.includes(key.text) : named.some((name) => isNamed(key, name));
}

function onChangeKey(state: CanaryState, key: Key): CanaryStep {
  if (isNamed(key, 'right')) return stay(staged(state, 10));
  if (isNamed(key, 'left')) return stay(staged(state, -10));
  if (isNamed(key, 'up')) return stay(staged(state, 1));
  if (isNamed(key, 'down')) return stay(staged(state, -1));
  if (isNamed(key, 'escape')) return stay({ ...state, staged: null });
  if (isNamed(key, 'enter') && state.staged !== null) return begin(state, { type: 'apply', percent: state.staged });
  if (isText(key, 's')) return stay({ ...state, question: { type: 'set', text: '' } });
  if (isText(key, 'n')) return stay(nextStep(state));
  if (isText(key, 'p')) return stay(confirm(state, { type: 'promote' }));
  if (isText(key, 'a')) return stay(confirmAbort(state));
  return isText(key, ' ') ? hold(state) : stay(state);
}

function staged(state: CanaryState, by: number): CanaryState {
  const now = state.moment.subject?.canary?.percent ?? 0;
  const next = Math.max(0, Math.min(100, Math.round(state.staged ?? now) + by));
  return { ...state, staged: next === now ? null : next };
}

function nextStep(state: CanaryState): CanaryState {
  const { item, subject } = state.moment;
  const next = item.steps.find((step) => step > (subject?.canary?.percent ?? 0));
  if (next !== undefined) return { ...state, staged: next };
  const text = item.steps.length === 0 ? 'no steps are on record' : 'the last step is taken: p promotes';
  return { ...state, notice: { text, look: 'warning' } };
}

function confirm(state: CanaryState, action: Action & { readonly type: 'promote' | 'abort' }): CanaryState {
  const question: Question = state.setting.isProtected ? { type: 'name', action, text: '' } : action;
  return { ...state, question };
}

function confirmAbort(state: CanaryState): CanaryState {
  if (state.moment.item.active) return confirm(state, { type: 'abort' });
  return { ...state, notice: { text: 'no canary is under way: there is nothing to go back to', look: 'warning' } };
}

function hold(state: CanaryState): CanaryStep {
  if (state.moment.item.run !== null) return perform(state, { type: 'hold' });
  return stay({ ...state, staged: null, notice: { text: 'nobody drives it: it stays where it is', look: 'plain' } });
}

/** What is staged is applied at once, unless the cluster is protected. */
function begin(state: CanaryState, action: Action): CanaryStep {
  if (!state.setting.isProtected) return perform(state, action);
  return stay({ ...state, question: { type: 'name', action, text: '' } });
}

function perform(state: CanaryState, action: Action): CanaryStep {
  return stay({ ...state, question: null, notice: null, drives: false, busy: doing(state, action) }, action);
}

function doing({ moment }: CanaryState, action: Action): string {
  const name = moment.subject?.canary?.name ?? moment.item.object.name;
  switch (action.type) {
    case 'apply':
      return `moving ${name} to ${percentText(action.percent)}`;
    case 'promote':
      return `promoting ${name}`;
    case 'abort':
      return 'putting back what was there';
    case 'hold':
      return 'taking the wheel from whoever drives';
  }
}

function answer(state: CanaryState, question: Question, key: Key): CanaryStep {
  if (isNamed(key, 'escape')) return stay({ ...state, question: null });
  if (question.type === 'interrupt') return onInterrupt(state, key);
  const dead = deadBecause(state);
  if (dead !== null) return stay({ ...state, question: null, notice: { text: dead, look: 'warning' } });
  switch (question.type) {
    case 'promote':
      return isText(key, 'y') || isText(key, 'Y') ? perform(state, question) : stay({ ...state, question: null });
    case 'abort':
      return isText(key, 'y') || isText(key, 'Y') || isNamed(key, 'enter')
        ? perform(state, question)
        : stay({ ...state, question: null });
    case 'set':
      return isNamed(key, 'enter') ? stay(set(state, question.text)) : stay(retyped(state, question, key));
    case 'name':
      return isNamed(key, 'enter') ? onName(state, question) : stay(retyped(state, question, key));
  }
}

function retyped(state: CanaryState, question: Extract<Question, { readonly text: string }>, key: Key): CanaryState {
  return { ...state, question: { ...question, text: typed(question.text, key) } };
}

function set(state: CanaryState, text: string): CanaryState {
  const percent = /^\s*([0-9]{1,3})\s*%?\s*$/.exec(text)?.[1];
  const number = Number(percent ?? NaN);
  if (number <= 100) return staged({ ...state, question: null, staged: number }, 0);
  const notice = { text: `a whole number from 0 to 100 is taken, not "${text}"`, look: 'warning' } as const;
  return { ...state, question: null, notice };
}

function onName(state: CanaryState, question: Extract<Question, { readonly type: 'name' }>): CanaryStep {
  const why = notTheName(state.moment.item.object.name, question.text);
  if (why === null) return perform(state, question.action);
  return stay({ ...state, question: null, notice: { text: why, look: 'warning' } });
}
