import { nameQuestion } from '../name-question.ts';
import type { Screen } from '../screen.ts';
import { draw } from './draw.ts';
import {
  choicesOf,
  questionsOf,
  type WizardEffect,
  type WizardEnd,
  type WizardEvent,
  type WizardState,
} from './state.ts';
import { update } from './update.ts';

/** Asks, one after the other, what a delegation takes, and shows what would become of it. */
export const wizardScreen: Screen<WizardState, WizardEvent, WizardEffect, WizardEnd> = { update, draw, read };

function read(state: WizardState): readonly string[] {
  const { at, answers, trial, note } = state;
  const known = questionsOf(answers)
    .filter((name) => answers[name] !== '')
    .map((name) => `${name} is ${answers[name]}.`);
  const said = note === '' ? [] : [`${note}.`];
  if (at === 'file') return [...known, 'Which file or folder is it written to?', ...said];
  if (at === 'name') return trial.type === 'planned' ? [`${nameQuestion(trial.object, state.name, '')}.`] : [];
  if (at !== 'review') {
    const choice = choicesOf(state)[state.selected];
    return [`Which ${at}?`, ...known, ...(choice === undefined ? [] : [`Selected: ${choice}.`]), ...said];
  }
  switch (trial.type) {
    case 'pending':
      return ['It is being compiled.'];
    case 'refused':
      return trial.lines;
    case 'planned':
      return [
        ...trial.checks.map(({ result, message }) => `${result}: ${message}.`),
        `The command is ${trial.command}.`,
        'Enter applies it, w writes it to a file, c copies the command, b goes back, escape leaves.',
        ...said,
      ];
  }
}
