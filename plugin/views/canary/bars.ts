import { percentText } from '../../services/canary/weights.ts';
import type { WatchedService } from '../../services/canary-watch/subject.ts';
import type { Glyphs } from '../glyphs.ts';
import { type Line, line, type Look, pad, padStart, span } from '../line.ts';
import type { CanaryState } from './state.ts';

/** What each service gets, as bars; what is staged stands hollow beside what is. */
export function drawBars(state: CanaryState, columns: number, glyphs: Glyphs): readonly Line[] {
  const services = state.moment.subject?.services ?? [];
  const staged = stagedPercents(state, services);
  const nameWidth = Math.min(40, Math.max(0, ...services.map(({ service }) => service.length)));
  const ready = new Map(
    state.moment.item.routes.flatMap((route) =>
      route.services.map(({ service, port, endpoints }) => [
        port === null ? service : `${service}:${port}`,
        endpoints === null ? '' : `${endpoints.ready}/${endpoints.total} ready`,
      ]),
    ),
  );
  const room = columns - nameWidth - 34;
  return services.map((service, place) => {
    const next = staged?.[place] ?? null;
    const look: Look = state.facts.stale === null ? 'plain' : 'dim';
    const bar = room < 8 ? [] : [...barOf(service.percent, next, Math.min(40, room), glyphs, look), span('  ')];
    const now = padStart(percentText(service.percent), 4);
    if (columns < narrow) return drawNarrow(service, next, glyphs, look);
    const moved = next === null ? '' : ` ${glyphs.arrow} ${percentText(next)}`;
    return line(
      span(service.isCanary ? ' canary  ' : ' stable  ', service.isCanary ? 'accent' : 'plain'),
      `${pad(service.service, nameWidth)}  `,
      ...bar,
      span(now, look === 'dim' ? 'dim' : 'bold'),
      span(moved, 'warning'),
      span(`   ${ready.get(service.service) ?? ''}`, look),
    );
  });
}

/** Fewer columns have no room for bars, and say the number first. */
const narrow = 44;

function drawNarrow(
  { name, percent, isCanary }: WatchedService,
  next: number | null,
  glyphs: Glyphs,
  look: Look,
): Line {
  const then = next === null ? '' : `${glyphs.arrow}${percentText(next)}`;
  const mark = isCanary ? glyphs.pointer : ' ';
  return line(span(`${mark}${percentText(percent)}`, look), span(then, 'warning'), span(` ${name}`, look));
}

/** The others share what the canary leaves as they do now. */
function stagedPercents({ staged }: CanaryState, services: readonly WatchedService[]): readonly number[] | null {
  if (staged === null) return null;
  const others = services.filter(({ isCanary }) => !isCanary);
  const rest = others.reduce((sum, { percent }) => sum + percent, 0);
  return services.map(({ isCanary, percent }) =>
    isCanary ? staged : rest === 0 ? (100 - staged) / others.length : ((100 - staged) * percent) / rest,
  );
}

function barOf(percent: number, next: number | null, width: number, glyphs: Glyphs, look: Look) {
  const cells = (share: number): number => Math.round((share / 100) * width);
  const now = cells(percent);
  const then = next === null ? now : cells(next);
  const [sure, moving] = [Math.min(now, then), Math.abs(then - now)];
  return [
    span(glyphs.full.repeat(sure), look),
    span(glyphs.hollow.repeat(moving), 'warning'),
    span(glyphs.empty.repeat(width - sure - moving), 'dim'),
  ];
}
