import stringWidth from 'string-width';
import { clockText, reachedText } from '../../output/canary-log.ts';
import { percentText } from '../../services/canary/weights.ts';
import { type Glyphs, glyphsOf } from '../glyphs.ts';
import { ends, type Line, line, span, widthOf } from '../line.ts';
import { drawPage } from '../page.ts';
import type { Size } from '../screen.ts';
import { drawBars } from './bars.ts';
import { footOf } from './foot.ts';
import type { CanaryState } from './state.ts';
import { drawTraffic } from './traffic.ts';

export function draw(state: CanaryState, size: Size): readonly Line[] {
  const { columns, rows } = size;
  const glyphs = glyphsOf(state.setting.ascii);
  if (state.page !== null) return drawPage(state.page, size, glyphs);
  const rule = line(span(glyphs.rule.repeat(columns), 'dim'));
  const foot = [rule, ...footOf(state, columns, glyphs)];
  const head = [drawHead(state, columns), ...drawBanner(state)];
  const bars = [rule, ...drawBars(state, columns, glyphs)];
  const traffic = [line(), ...drawTraffic(state, columns, glyphs)];
  const progress = [line(), drawProgress(state, glyphs)];
  // What is least needed goes first where there is no room: the newest of the history stays longest.
  const parts = [head, bars, progress, traffic, drawHistory(state)];
  const room = Math.max(0, rows - foot.length);
  const kept = parts.reduce<readonly (readonly Line[])[]>((sofar, part) => {
    const used = sofar.reduce((sum, each) => sum + each.length, 0);
    return [...sofar, part.slice(0, Math.max(0, room - used))];
  }, []);
  const [top = [], middle = [], done = [], counted = [], history = []] = kept;
  return [...top, ...middle, ...counted, ...done, ...history, ...foot].slice(-rows);
}

function drawHead({ moment, setting, now }: CanaryState, columns: number): Line {
  const { object, host, since, by } = moment.item;
  const place = `${object.namespace ?? setting.view.namespace}/${object.name}`;
  const match = moment.subject === null ? '' : ` ${moment.subject.match}`;
  const started =
    since === null ? 'no canary under way' : `started ${agoText(now - Date.parse(since))} ago by ${by ?? ''}`;
  const left = line(span(' canary  ', 'accent'), span(`proxy ${place}`, 'bold'), `   ${host ?? ''}${match}`);
  const known = [setting.cluster ?? '', clockText(new Date(now)), started];
  // Which cluster it is stays longest.
  const rights = [known, known.slice(0, 2), known.slice(0, 1)].map((parts) => `${parts.filter(Boolean).join('   ')} `);
  const fitting = rights.find((right) => widthOf(left) + stringWidth(right) + 2 <= columns);
  return ends(left, line(fitting ?? ''), columns);
}

/** What may keep somebody from believing the numbers, or from changing them. */
function drawBanner({ facts, moment, readOnly, now, setting }: CanaryState): readonly Line[] {
  if (facts.stale !== null) {
    const seconds = Math.max(0, Math.round((now - facts.stale.since) / 1000));
    return [line(span(` stale ${seconds}s, reconnecting`, 'bad'), span(`  ${facts.stale.reason}`, 'dim'))];
  }
  if (moment.gone) return [line(span(` ${moment.item.object.name} was deleted`, 'bad'))];
  if (moment.problem !== null) return [line(span(` ${moment.problem.problem}`, 'bad'))];
  if (readOnly !== null) return [line(span(` read-only: ${readOnly}`, 'warning'))];
  return setting.isProtected ? [line(span(' protected: changes ask for the name of the object', 'warning'))] : [];
}

function drawProgress(state: CanaryState, glyphs: Glyphs): Line {
  const { moment, facts } = state;
  const { item, subject, reached } = moment;
  const percent = subject?.canary?.percent ?? 0;
  const steps = item.steps.map((step) => {
    const mark = step === percent ? glyphs.now : step < percent ? glyphs.done : glyphs.open;
    return `${step} ${mark}`;
  });
  const { run } = item;
  const look = facts.stale === null ? 'plain' : 'dim';
  return line(
    span(` ${reachedText(reached)}`, look),
    steps.length === 0 ? '' : `   steps  ${steps.join('  ')}`,
    run === null ? '' : `   driven by ${run.by} every ${run.interval}, next ${run.next}`,
    ...drawGuards(state),
  );
}

/** Whether the step would be judged well by what was counted so far. */
function drawGuards({ setting, drives, verdict }: CanaryState): Line {
  const guards = setting.run?.guards ?? null;
  if (guards === null || !drives) return [];
  const words = { 'go-on': span('ok', 'good'), stay: span('too few requests', 'dim'), abort: span('exceeded', 'bad') };
  return line(span(`   guard ${guards}  `), ...(verdict === null ? [] : [words[verdict.type]]));
}

function drawHistory({ moment }: CanaryState): readonly Line[] {
  return moment.item.history.toReversed().map(({ at, by, from, to, action }) => {
    const moved = from === null || to === null ? '' : `${percentText(from)} -> ${percentText(to)}`;
    const when = Number.isNaN(Date.parse(at)) ? at : clockText(new Date(at));
    return line(span(` ${[when, action ?? '', moved, by].filter((part) => part !== '').join('  ')}`, 'dim'));
  });
}

/** `3m12s`, `2h05m`, `4d` */
function agoText(ms: number): string {
  if (Number.isNaN(ms)) return '?';
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (value: number): string => String(value).padStart(2, '0');
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m${two(seconds % 60)}s`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)}h${two(Math.floor((seconds % 3600) / 60))}m`;
  return `${Math.floor(seconds / 86_400)}d`;
}
