import type { LiveOutcome } from '../services/change/await-live.ts';
import { readyText, type Backend } from '../services/canary/backends.ts';
import type { RouteChange, ServiceShare } from '../services/canary/plan.ts';
import type { DryRun } from '../services/change/written.ts';
import { percentText } from '../services/canary/weights.ts';
import { escapeCell, escapeControls } from './escape.ts';
import { printTable } from './table.ts';

const RESOURCE = 'httpproxy.projectcontour.io';

export function resourceName(name: string): string {
  return `${RESOURCE}/${escapeCell(name)}`;
}

/** `httpproxy.projectcontour.io/web patched`, as kubectl says what became of an object. */
export function printDone(name: string, changed: boolean, dryRun: DryRun): string {
  const suffix = { none: '', client: ' (dry run)', server: ' (server dry run)' }[dryRun];
  return `${resourceName(name)} ${changed ? 'patched' : 'unchanged'}${suffix}\n`;
}

/** Before and after, a line for each service. */
export function printShares(changes: readonly RouteChange[], backends: ReadonlyMap<string, Backend>): string {
  const rows = changes.flatMap(({ label, before, after }) =>
    services(before, after).map(({ was, now }, index) => {
      const { service = '', name = '' } = now ?? was ?? {};
      const share = (each: ServiceShare | undefined): string => (each === undefined ? '-' : percentText(each.percent));
      return [index === 0 ? label : '', service, share(was), share(now), readyText(backends.get(name))].map(escapeCell);
    }),
  );
  if (rows.length === 0) return '';
  return printTable({ headers: ['ROUTE', 'SERVICE', 'WAS', 'NOW', 'READY'], rows, widths: [] }).text;
}

function services(
  before: readonly ServiceShare[],
  after: readonly ServiceShare[],
): readonly { readonly was: ServiceShare | undefined; readonly now: ServiceShare | undefined }[] {
  const gone = before.filter(({ service }) => !after.some((each) => each.service === service));
  return [
    ...after.map((now) => ({ was: before.find(({ service }) => service === now.service), now })),
    ...gone.map((was) => ({ was, now: undefined })),
  ];
}

/** What is true on the Envoys, and how to go back. */
export function printLive(outcome: LiveOutcome | null, undo: string | null): string {
  const said = outcome === null ? '' : liveText(outcome);
  const back = undo === null ? '' : `undo: ${undo}`;
  const line = [said, back].filter((part) => part !== '').join('        ');
  return line === '' ? '' : `${escapeControls(line)}\n`;
}

function liveText(outcome: LiveOutcome): string {
  switch (outcome.type) {
    case 'live':
      return `live on ${outcome.envoys}/${outcome.of} envoys after ${secondsText(outcome.seconds)}`;
    case 'alone':
      return 'written; no Envoy is connected to the controller';
    case 'untold':
      return 'written; not known whether it is live';
    case 'late':
    case 'invalid':
      return '';
  }
}

/** `1.4s`, `35ms` */
function secondsText(seconds: number): string {
  return seconds < 0.1 ? `${Math.max(1, Math.round(seconds * 1000))}ms` : `${seconds.toFixed(1)}s`;
}
