import type { ObjectItem } from '../../routing/object-item.ts';
import { objectItems } from '../../routing/object-report.ts';
import { sumProgrammed } from '../../routing/programmed.ts';
import { closest } from '../../routing/objects/edit-distance.ts';
import { CommandFailure } from '../failure.ts';
import type { Question } from '../source.ts';
import type { StatusReport } from '../status-report.ts';

/** @param namespace null for all */
export function statusQuestion(namespace: string | null): Question<StatusReport> {
  return {
    page: 'debug/status',
    parameters: new URLSearchParams(namespace === null ? {} : { namespace }),
    kind: 'StatusReport',
    noun: 'status',
    answer: (world) => ({ items: objectItems(world.graph, namespace, world) }),
    isBody: ({ items }) => Array.isArray(items),
    merge: ([first, ...others]) => ({ ...first, items: first.items.map((item) => withProgrammed(item, others)) }),
  };
}

/** Each Envoy speaks to one controller, so what all of them know is the sum. */
function withProgrammed(item: ObjectItem, others: readonly StatusReport[]): ObjectItem {
  if (item.programmed === null) return item;
  const elsewhere = others.map(
    ({ items }) => items.find((other) => identityOf(other) === identityOf(item))?.programmed,
  );
  const counts = [item.programmed, ...elsewhere.filter((count) => count !== null && count !== undefined)];
  return { ...item, programmed: sumProgrammed(counts) };
}

export function identityOf({ source: { kind, namespace, name } }: ObjectItem): string {
  return `${kind}/${namespace}/${name}`;
}

/** What of a report is asked for. */
export interface StatusSelection {
  /** Each `name` or `kind/name`; none for all objects. */
  readonly names: readonly string[];
  readonly invalid: boolean;
  readonly orphaned: boolean;
}

/** The items that are meant, in the order of the report. */
export function selectItems(
  items: readonly ObjectItem[],
  { names, invalid, orphaned }: StatusSelection,
): readonly ObjectItem[] {
  const isAsked = (item: ObjectItem): boolean => names.length === 0 || names.some((name) => answersTo(item, name));
  const isState = ({ currentStatus }: ObjectItem): boolean =>
    (!invalid && !orphaned) || (invalid && currentStatus === 'invalid') || (orphaned && currentStatus === 'orphaned');
  return items.filter((item) => isAsked(item) && isState(item));
}

/** By the words that people type before a name. */
const kinds: ReadonlyMap<string, string> = new Map([
  ...['proxy', 'proxies', 'httpproxy', 'httpproxies'].map((word) => [word, 'HTTPProxy'] as const),
  ...['ing', 'ingress', 'ingresses'].map((word) => [word, 'Ingress'] as const),
  ...['tlscerts', 'tlscertificatedelegation'].map((word) => [word, 'TLSCertificateDelegation'] as const),
  ...['ir', 'ingressroute'].map((word) => [word, 'IngressRoute'] as const),
]);

/** The kind that a word stands for; null for a word that stands for none. */
export function kindNamed(word: string): string | null {
  return kinds.get(word.toLowerCase()) ?? null;
}

function answersTo({ source }: ObjectItem, asked: string): boolean {
  const { kind, name } = partsOf(asked);
  return source.name === name && (kind === null || source.kind === kind);
}

/** `httpproxy.projectcontour.io/web`, as `-o name` prints it, is understood too. */
function partsOf(asked: string): { readonly kind: string | null; readonly name: string } {
  const slash = asked.indexOf('/');
  if (slash < 0) return { kind: null, name: asked };
  const [word = ''] = asked.slice(0, slash).toLowerCase().split('.');
  return { kind: kinds.get(word) ?? word, name: asked.slice(slash + 1) };
}

const resources: ReadonlyMap<string | null, string> = new Map([
  ['Ingress', 'ingresses.networking.k8s.io'],
  ['TLSCertificateDelegation', 'tlscertificatedelegations.projectcontour.io'],
]);

/** Throws CommandFailure, in kubectl's words, for the first name that nothing answers to. */
export function refuseUnknown(items: readonly ObjectItem[], names: readonly string[], namespace: string | null): void {
  for (const asked of names) {
    if (items.some((item) => answersTo(item, asked))) continue;
    const { kind, name } = partsOf(asked);
    const resource = resources.get(kind) ?? 'httpproxies.projectcontour.io';
    const meant = closest(
      name,
      items.map(({ source }) => source.name),
    );
    const where = namespace === null ? 'all namespaces' : `namespace ${namespace}`;
    throw new CommandFailure(`${resource} "${name}" not found`, [
      ...(meant === null ? [] : [`Did you mean ${meant}?`]),
      `Looked in ${where}.`,
    ]);
  }
}
