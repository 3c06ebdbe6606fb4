import type { CanaryItem } from '../services/canary/overview.ts';
import type { HistoryEntry } from '../services/canary/record.ts';
import { percentText } from '../services/canary/weights.ts';
import { escapeCell, escapeControls } from './escape.ts';
import { printTable } from './table.ts';
import type { Terminal } from './terminal.ts';

/** A line for each canary. */
export function printCanaries(items: readonly CanaryItem[], headers: boolean): string {
  const names = ['NAMESPACE', 'NAME', 'HOST', 'CANARY', 'PERCENT', 'STEPS', 'SINCE', 'BY'];
  const rows = items.map((item) =>
    [
      item.object.namespace ?? '-',
      item.object.name,
      item.host ?? '-',
      item.canary ?? switchText(item),
      item.percent === null ? '-' : percentText(item.percent),
      stepsText(item),
      item.since ?? '-',
      item.by ?? '-',
    ].map(escapeCell),
  );
  return printTable({ headers: headers ? names : null, rows, widths: [] }).text;
}

function switchText({ switched }: CanaryItem): string {
  return switched.map(({ from, to }) => `${from} -> ${to}`).join(', ') || '-';
}

/** `5 25 [50] 100`: what was reached stands in brackets. */
function stepsText({ steps, percent }: CanaryItem): string {
  return steps.map((step) => (step === percent ? `[${step}]` : String(step))).join(' ') || '-';
}

/** One HTTPProxy: how its requests are shared, and how that came to be. */
export function printCanary(item: CanaryItem, terminal: Terminal): string {
  return [printHead(item), printRoutes(item, terminal), ...item.history.toReversed().map(printEntry)].join('');
}

function printHead(item: CanaryItem): string {
  const { object, host, active, canary, by, since, run } = item;
  const place = `${object.namespace === null ? '' : `${object.namespace}/`}${object.name}`;
  const state = active
    ? `canary ${canary ?? switchText(item)}, started ${since ?? ''} by ${by ?? ''}`
    : 'no canary under way';
  const steps = item.steps.length === 0 ? '' : `, steps ${stepsText(item)}`;
  const driven = run === null ? '' : `, driven by ${run.by} every ${run.interval}, next ${run.next}`;
  return `${escapeControls(`${place}${host === null ? '' : ` (${host})`}: ${state}${steps}${driven}`)}\n`;
}

/** In a pipe each line stands alone. */
function printRoutes({ routes }: CanaryItem, { interactive }: Terminal): string {
  const rows = routes.flatMap(({ match, services }) =>
    services.map(({ service, port, percent, weight, canary, endpoints }, index) =>
      [
        index > 0 && interactive ? '' : match,
        port === null ? service : `${service}:${port}`,
        canary ? 'canary' : '',
        weight === null ? '-' : String(weight),
        percentText(percent),
        endpoints === null ? '?' : `${endpoints.ready}/${endpoints.total}`,
      ].map(escapeCell),
    ),
  );
  if (rows.length === 0) return '';
  return printTable({ headers: ['ROUTE', 'SERVICE', 'ROLE', 'WEIGHT', 'NOW', 'READY'], rows, widths: [] }).text;
}

function printEntry({ at, by, from, to, action }: HistoryEntry): string {
  const moved = from === null || to === null ? '' : `${percentText(from)} -> ${percentText(to)}`;
  return `${escapeControls([at, action ?? '', moved, by].filter((part) => part !== '').join('  '))}\n`;
}
