import { percentText } from '../../services/canary/weights.ts';
import type { WatchedService } from '../../services/canary-watch/subject.ts';
import type { TrafficSample } from '../../services/traffic/traffic.ts';
import type { Glyphs } from '../glyphs.ts';
import { type Line, line, pad, padStart, span, widthOf } from '../line.ts';
import type { CanaryState } from './state.ts';

interface Column {
  readonly title: string;
  readonly width: number;
  cell(service: WatchedService, sample: TrafficSample | null, glyphs: Glyphs): string;
}

const columns: readonly Column[] = [
  { title: 'want', width: 8, cell: ({ percent }) => percentText(percent) },
  { title: 'seen', width: 13, cell: (_, sample, glyphs) => seen(sample, glyphs) },
  { title: 'req/s', width: 10, cell: (_, sample) => sample?.requestsPerSecond.toFixed(1) ?? '-' },
  { title: '2xx', width: 9, cell: (_, sample) => share(sample?.classes['2xx']) },
  { title: '4xx', width: 8, cell: (_, sample) => share(sample?.classes['4xx']) },
  { title: '5xx', width: 8, cell: (_, sample) => share(sample?.classes['5xx']) },
  { title: 'p50', width: 9, cell: (_, sample) => time(sample?.p50) },
  { title: 'p99', width: 9, cell: (_, sample) => time(sample?.p99) },
];

function seen(sample: TrafficSample | null, { plusMinus }: Glyphs): string {
  if (sample === null || sample.percent === null) return '-';
  return `${sample.percent.toFixed(1)}%${sample.margin === null ? '' : ` ${plusMinus}${sample.margin.toFixed(1)}`}`;
}

function share(percent: number | undefined): string {
  return percent === undefined ? '-' : `${percent.toFixed(1)}%`;
}

function time(ms: number | null | undefined): string {
  return ms === undefined || ms === null ? '-' : `${Math.round(ms)}ms`;
}

const sparkWidth = 14;

/** What is wanted against what is seen. Columns that have no room are left out, from the right. */
export function drawTraffic(state: CanaryState, width: number, glyphs: Glyphs): readonly Line[] {
  const { subject, traffic } = state.moment;
  if (subject === null) return [];
  if (traffic.type === 'unavailable') return [line(span(` no stats: ${traffic.reason}`, 'dim'))];
  const nameWidth = Math.min(24, Math.max(...subject.services.map(({ name }) => name.length)));
  const shown = columnsFor(width - nameWidth - 1);
  const samples = new Map(traffic.samples.map((sample) => [sample.service, sample]));
  const look = state.facts.stale === null ? 'plain' : 'dim';
  const titles = shown.map(({ title, width: wide }) => padStart(title, wide)).join('');
  const head = line(span(` ${pad('', nameWidth)}${titles}`, 'dim'));
  const rows = subject.services.map((service) => {
    const sample = samples.get(service.service) ?? null;
    const cells = shown.map(({ width: wide, cell }) => padStart(cell(service, sample, glyphs), wide)).join('');
    return line(span(` ${pad(service.name, nameWidth)}${cells}`, look));
  });
  const sparks = subject.services.map(({ service }) => sparkline(state.rates.get(service) ?? [], glyphs));
  const hasRoom = widthOf(head) + sparkWidth <= width;
  const whole = traffic.samples.some(({ scope }) => scope === 'service')
    ? [line(span(' counted of these Services, all routes', 'dim'))]
    : [];
  if (!hasRoom) return [head, ...rows, ...whole];
  return [
    [...head, span('    last 60s', 'dim')],
    ...rows.map((row, index) => [...row, span(`    ${sparks[index] ?? ''}`, look)]),
    ...whole,
  ];
}

function columnsFor(width: number): readonly Column[] {
  let left = width;
  return columns.filter((column) => (left -= column.width) >= 0);
}

/** The newest rates against the highest of them. */
function sparkline(rates: readonly number[], { levels }: Glyphs): string {
  const most = Math.max(...rates, 1e-9);
  return rates
    .slice(-(sparkWidth - 4))
    .map((rate) => levels[Math.min(levels.length - 1, Math.floor((rate / most) * levels.length))] ?? '')
    .join('');
}
