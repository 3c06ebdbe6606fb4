import { type Glyphs, glyphsOf } from '../glyphs.ts';
import { type Line, line, type Look, pad, span } from '../line.ts';
import { nameQuestion } from '../name-question.ts';
import type { Size } from '../screen.ts';
import { choicesOf, type QuestionName, questionsOf, type Trial, type WizardState } from './state.ts';

const titles: Readonly<Record<QuestionName, string>> = {
  what: 'what',
  host: 'host',
  prefix: 'path prefix',
  header: 'header condition',
  child: 'to',
  secret: 'secret',
  targets: 'to namespaces',
};

const mostChoices = 6;

export function draw(state: WizardState, { rows }: Size): readonly Line[] {
  const glyphs = glyphsOf(state.setting.ascii);
  const questions = questionsOf(state.answers);
  const current = questions.indexOf(state.at as QuestionName);
  const reached = current < 0 ? questions.length : current + 1;
  const head = [
    line(span(' delegate', 'bold'), ` ${glyphs.pointer} ${state.at === 'what' ? 'what?' : state.answers.what}`),
    // What it is stands in the title once it is known.
    ...questions.slice(state.at === 'what' ? 0 : 1, reached).map((name) => answerLine(state, name, glyphs)),
  ];
  const foot = [...(state.note === '' ? [] : [line(span(` ${state.note}`, 'warning'))]), keyLine(state, glyphs)];
  const body = bodyOf(state, glyphs);
  // Where there is no room, what was answered first goes first.
  const answered = head.slice(-Math.max(1, rows - foot.length - Math.min(body.length, 3)));
  const room = Math.max(0, rows - answered.length - foot.length);
  return [...answered, ...body.slice(0, room), ...foot].slice(0, rows);
}

function answerLine(state: WizardState, name: QuestionName, glyphs: Glyphs): Line {
  const isAsked = state.at === name;
  const text = state.answers[name];
  const shown = isAsked ? text : text || 'none';
  const cursor = isAsked ? [span(glyphs.cursor, 'accent')] : [];
  return line(
    span(` ${pad(titles[name], 18)}`, isAsked ? 'bold' : 'plain'),
    span(shown, isAsked ? 'accent' : 'plain'),
    ...cursor,
    span(`  ${hintOf(state, name)}`, 'dim'),
  );
}

const filterHint = 'type to filter';

function hintOf({ answers, hosts, children, at }: WizardState, name: QuestionName): string {
  const chosen = hosts.find(({ host }) => host === answers.host);
  switch (name) {
    case 'host':
      return chosen === undefined ? filterHint : `root ${chosen.root}, ${chosen.paths.length} routes`;
    case 'prefix': {
      const prefix = answers.prefix.replace(/\/$/, '');
      const below = chosen?.paths.filter((path) => path.startsWith(`${prefix}/`) && path !== '/').length ?? 0;
      return prefix === '' ? 'the whole host' : `${below} existing routes are below it`;
    }
    case 'header':
      return at === 'header' ? 'as -H takes it, such as x-canary=true; empty for none' : '';
    case 'what':
      return filterHint;
    case 'secret':
      return at === 'secret' ? 'its name; it is of the namespace of -n' : '';
    case 'targets':
      return at === 'targets' ? 'with commas between, or * for all' : '';
    case 'child': {
      const known = children.find(({ label }) => label === answers.child);
      return known?.note ?? (answers.child.includes('/') ? 'is made, and answers 503 until it has routes' : '');
    }
  }
}

function bodyOf(state: WizardState, glyphs: Glyphs): readonly Line[] {
  if (state.at === 'review') return trialLines(state.trial);
  if (state.at === 'name') return nameLines(state, glyphs);
  if (state.at === 'file')
    return [line(' write to file      ', span(state.path, 'accent'), span(glyphs.cursor, 'accent'))];
  const choices = choicesOf(state);
  const first = Math.max(0, Math.min(state.selected - mostChoices + 1, choices.length - mostChoices));
  const seen = choices.slice(first, first + mostChoices);
  const left = choices.length - first - seen.length;
  return [
    ...seen.map((choice, index) => {
      const isSelected = first + index === state.selected;
      return line(`   ${isSelected ? glyphs.pointer : ' '} `, span(choice, isSelected ? 'selected' : 'plain'));
    }),
    ...(left > 0 ? [line(span(`     and ${left} more`, 'dim'))] : []),
  ];
}

function nameLines({ trial, name }: WizardState, { cursor }: Glyphs): readonly Line[] {
  return trial.type === 'planned' ? [line(span(` ${nameQuestion(trial.object, name, cursor)}`, 'warning'))] : [];
}

const looks = { ok: 'good', warn: 'warning', fail: 'bad' } as const satisfies Record<string, Look>;

function trialLines(trial: Trial): readonly Line[] {
  switch (trial.type) {
    case 'pending':
      return [line(span(' compiling it …', 'dim'))];
    case 'refused':
      return trial.lines.map((each) => line(span(` ${each}`, 'bad')));
    case 'planned':
      return [
        ...trial.checks.map(({ result, message }) => line(' ', span(pad(result, 5), looks[result]), message)),
        line(),
        ...trial.diff.map((each) => line(span(` ${each}`, diffLook(each)))),
        line(),
        line(span(' same as:  ', 'dim'), trial.command),
      ];
  }
}

function diffLook(text: string): Look {
  if (text.startsWith('+')) return 'good';
  return text.startsWith('-') ? 'bad' : 'dim';
}

function keyLine({ at, trial }: WizardState, glyphs: Glyphs): Line {
  if (at === 'file') return keys('[enter] write  [esc] back');
  if (at === 'name') return keys('[enter] apply  [esc] back');
  if (at !== 'review') return keys(`[enter] next  [${glyphs.keysUpDown}] choose  [left] back  [esc] leave`);
  const can = trial.type === 'planned' && !trial.fails && trial.changes;
  return keys(
    `${can ? '[enter] apply  [w] write to file  ' : ''}${trial.type === 'planned' ? '[c] copy command  ' : ''}[b] back  [esc] leave, nothing changed`,
  );
}

function keys(text: string): Line {
  return line(span(` ${text}`, 'dim'));
}
