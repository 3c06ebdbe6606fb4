import { isNamed, isText, type Key } from '../key.ts';
import { notTheName } from '../name-question.ts';
import { type KeyEvent, stay, type Step } from '../screen.ts';
import { typed } from '../text-field.ts';
import {
  choicesOf,
  type QuestionName,
  questionsOf,
  type WizardEffect,
  type WizardEnd,
  type WizardEvent,
  type WizardState,
} from './state.ts';

type Next = Step<WizardState, WizardEffect, WizardEnd>;

export function update(state: WizardState, event: WizardEvent | KeyEvent): Next {
  if (event.type === 'tried') return stay(event.round === state.round ? { ...state, trial: event.trial } : state);
  const { key } = event;
  if (isNamed(key, 'interrupt')) return end(state, { type: 'left' });
  const quiet = { ...state, note: '' };
  if (state.at === 'review') return inReview(quiet, key);
  if (state.at === 'file') return inFile(quiet, key);
  if (state.at === 'name') return inName(quiet, key);
  return isNamed(key, 'escape') ? end(quiet, { type: 'left' }) : inQuestion(quiet, state.at, key);
}

function end(state: WizardState, how: WizardEnd): Next {
  return { state, effects: [], end: how };
}

function inQuestion(state: WizardState, at: QuestionName, key: Key): Next {
  const choices = choicesOf(state);
  const move = (by: number): Next => {
    const selected = Math.max(0, Math.min(state.selected + by, choices.length - 1));
    return stay({ ...state, selected });
  };
  if (isNamed(key, 'up')) return move(-1);
  if (isNamed(key, 'down')) return move(1);
  if (isNamed(key, 'left')) return stay(before(state, at));
  if (isNamed(key, 'tab') && choices[state.selected] !== undefined)
    return stay({ ...state, answers: { ...state.answers, [at]: choices[state.selected] ?? '' }, selected: 0 });
  if (isNamed(key, 'enter')) return answered(state, at, choices);
  return stay({ ...state, answers: { ...state.answers, [at]: typed(state.answers[at], key) }, selected: 0 });
}

function before(state: WizardState, at: QuestionName): WizardState {
  const questions = questionsOf(state.answers);
  const earlier = questions[questions.indexOf(at) - 1];
  if (earlier === undefined) return state;
  // All there is to choose from is seen again.
  const answers = earlier === 'what' ? { ...state.answers, what: '' } : state.answers;
  return { ...state, answers, at: earlier, selected: 0 };
}

/** A host is one of those there are; a child may be one that is to be made, and a Secret one that is not used yet. */
function answered(state: WizardState, at: QuestionName, choices: readonly string[]): Next {
  const text = state.answers[at].trim();
  const chosen = choices[state.selected];
  if (at === 'what' && chosen === undefined) return stay(state);
  if (at === 'secret' && chosen === undefined && text === '')
    return stay({ ...state, note: 'type the name of a Secret' });
  if (at === 'targets' && text === '')
    return stay({ ...state, note: 'type namespaces, with commas between, or * for all' });
  if (at === 'host' && chosen === undefined) return stay({ ...state, note: `no HTTPProxy has a host like ${text}` });
  const isNew = at === 'child' && text.includes('/') && !choices.includes(text) && state.selected === 0;
  if (at === 'child' && chosen === undefined && !text.includes('/'))
    return stay({ ...state, note: 'type NAMESPACE/NAME of a new one' });
  const isChoice = !isNew && chosen !== undefined;
  const answers = { ...state.answers, [at]: isChoice ? chosen : text };
  const questions = questionsOf(answers);
  const later = questions[questions.indexOf(at) + 1];
  if (later !== undefined) return stay({ ...state, answers, at: later, selected: 0 });
  const round = state.round + 1;
  const next: WizardState = { ...state, answers, at: 'review', round, trial: { type: 'pending' } };
  return stay(next, { type: 'try', round, answers });
}

function inReview(state: WizardState, key: Key): Next {
  const { trial, answers } = state;
  if (isNamed(key, 'escape') || isText(key, 'q')) return end(state, { type: 'left' });
  if (isText(key, 'b') || isNamed(key, 'left'))
    return stay({ ...state, at: questionsOf(answers).at(-1) ?? 'what', selected: 0 });
  if (trial.type !== 'planned') return stay(state);
  if (isText(key, 'c')) {
    const note = 'the command was sent to the clipboard of this terminal';
    return stay({ ...state, note }, { type: 'copy', text: trial.command });
  }
  if (!isNamed(key, 'enter') && !isText(key, 'w')) return stay(state);
  if (trial.fails) return stay({ ...state, note: 'a check fails: go back with b, or leave with esc' });
  if (isText(key, 'w')) return stay({ ...state, at: 'file' });
  if (!trial.changes) return stay({ ...state, note: 'there is nothing to change: it is so already' });
  return state.setting.isProtected ? stay({ ...state, at: 'name', name: '' }) : end(state, { type: 'apply', answers });
}

function inName(state: WizardState, key: Key): Next {
  const { trial, answers, name } = state;
  if (isNamed(key, 'escape') || trial.type !== 'planned') return stay({ ...state, at: 'review' });
  if (!isNamed(key, 'enter')) return stay({ ...state, name: typed(name, key) });
  const why = notTheName(trial.object, name);
  return why === null ? end(state, { type: 'apply', answers }) : stay({ ...state, at: 'review', note: why });
}

function inFile(state: WizardState, key: Key): Next {
  const path = state.path.trim();
  if (isNamed(key, 'escape')) return stay({ ...state, at: 'review' });
  if (!isNamed(key, 'enter')) return stay({ ...state, path: typed(state.path, key) });
  return path === '' ? stay(state) : end(state, { type: 'write', answers: state.answers, path });
}
