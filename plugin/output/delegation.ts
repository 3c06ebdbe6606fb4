import { unifiedDiff } from '../../files/edit/unified-diff.ts';
import type { JsonObject } from '../../files/edit/json-patch.ts';
import type { PathDelegation, CertificateDelegation, DelegationItem } from '../../routing/delegation-item.ts';
import type { LiveOutcome } from '../services/change/await-live.ts';
import { nameOf, namespaceOf } from '../services/change/object-name.ts';
import type { DryRun } from '../services/change/written.ts';
import { afterStep } from '../services/delegate/changes.ts';
import type { Check, Step } from '../services/delegate/plan.ts';
import { describeRight, type Right } from '../services/rights.ts';
import { printLive } from './canary-change.ts';
import { escapeCell, escapeControls } from './escape.ts';
import { conditionCell } from './route-cells.ts';
import { createRowPrinter, type RowPrinter } from './row-printer.ts';
import { printYaml } from './yaml.ts';

const RESOURCES = new Map([
  ['HTTPProxy', 'httpproxy.projectcontour.io'],
  ['TLSCertificateDelegation', 'tlscertificatedelegation.projectcontour.io'],
]);

/** `httpproxy.projectcontour.io/web` */
export function resourceOf({ kind, ...object }: JsonObject): string {
  const named = { kind, ...object } as JsonObject;
  return `${RESOURCES.get(kind as string) ?? String(kind as string).toLowerCase()}/${escapeCell(nameOf(named))}`;
}

/** What each step changes in its object, as `diff -u` of what the object says itself. */
export function printPlannedDiff(steps: readonly Step[]): string {
  return steps
    .map((step) => {
      const { kind } = step.object;
      const name = `${String(kind as string)} ${namespaceOf(step.object) ?? '-'}/${nameOf(step.object)}`;
      const before = step.type === 'create' ? '' : printYaml(ownPart(step.object));
      return unifiedDiff(name, before, printYaml(ownPart(afterStep(step))));
    })
    .join('');
}

function ownPart({ apiVersion = null, kind = null, metadata = null, spec = null }: JsonObject): JsonObject {
  const object = { metadata } as JsonObject;
  return { apiVersion, kind, metadata: { name: nameOf(object), namespace: namespaceOf(object) }, spec };
}

/** `needs  patch httpproxies.projectcontour.io "root" in namespace shop   yes` */
export function printNeeds(needs: readonly Right[], granted: readonly (boolean | null)[]): string {
  const word = (answer: boolean | null | undefined): string =>
    answer === true ? 'you may' : answer === false ? 'you may not' : 'not known';
  return needs
    .map((need, index) => `${escapeControls(`needs  ${describeRight(need)}: ${word(granted[index])}`)}\n`)
    .join('');
}

export function printChecks(checks: readonly Check[]): string {
  return checks.map(({ result, message }) => `check  ${result.padEnd(5)}${escapeControls(message)}\n`).join('');
}

/** `httpproxy.projectcontour.io/web patched`, a line for each step, as kubectl says what became of an object. */
export function printSteps(steps: readonly Step[], dryRun: DryRun): string {
  const suffix = { none: '', client: ' (dry run)', server: ' (server dry run)' }[dryRun];
  return steps
    .map(({ type, object }) => `${resourceOf(object)} ${type === 'create' ? 'created' : 'patched'}${suffix}\n`)
    .join('');
}

export function printOutcome(outcome: LiveOutcome | null, undo: string | null): string {
  return printLive(outcome, undo);
}

/** One line for each. */
export function createDelegationPrinter(headers: boolean): RowPrinter<DelegationItem> {
  return createRowPrinter({
    headers: headers ? ['WHAT', 'CONDITIONS', 'FROM', 'TO', 'STATUS'] : null,
    cells: cellsOf,
    deleted: (item) => cellsOf(item).with(4, 'deleted'),
  });
}

function cellsOf(item: DelegationItem): readonly string[] {
  return item.type === 'Path' ? pathCells(item) : certificateCells(item);
}

function pathCells({ host, prefix, conditions, from, to, status }: PathDelegation): readonly string[] {
  const { headers, query } = conditions;
  const words = [...headers.map(conditionCell), ...query.map((each) => `?${conditionCell(each)}`)];
  const origin = from === null ? 'not yours to see' : `${from.namespace}/${from.name} ${from.pointer}`;
  return [`${host}${prefix}`, words.join('  ') || '-', origin, `${to.namespace}/${to.name}`, statusText(status)];
}

function certificateCells({ secret, target, from, usedBy, status }: CertificateDelegation): readonly string[] {
  const used =
    usedBy.length === 0 ? 'unused' : `used by ${usedBy.slice(0, 3).join(', ')}${usedBy.length > 3 ? ', …' : ''}`;
  const origin = `${from.namespace}/${from.name} ${from.pointer}`;
  return [`secret ${secret.namespace}/${secret.name}`, '-', origin, target, status.valid ? used : statusText(status)];
}

function statusText({ valid, verified, reasons }: DelegationItem['status']): string {
  const words = [...new Set(reasons.map(({ reason }) => reason))].join(',');
  if (!valid) return `broken: ${words}`;
  const sound = verified ? 'valid' : 'unverified';
  return words === '' ? sound : `${sound}, warning: ${words}`;
}
