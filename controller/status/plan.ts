import type { Graph, ObjectStatus } from '../../routing/graph/graph.ts';
import { conditionOf, type Finding, saysTheSame, type StoredCondition } from './condition.ts';
import { hostClaimedCondition } from './host-claimed-condition.ts';
import { includedCondition } from './included-condition.ts';
import { type AskProgramming, programmedCondition } from './programmed-condition.ts';
import { generationIn, type ReadStatus, readStatus } from './read-status.ts';
import { reconcilingCondition } from './reconciling-condition.ts';
import { validCondition } from './valid-condition.ts';

export interface StatusFacts {
  readonly graph: Graph;
  /** Of an HTTPProxy. */
  readonly status: ObjectStatus;
  readonly programming: AskProgramming;
  /** The value of `status` as it is stored. */
  readonly stored: unknown;
  /** The generation of the object that it is stored with. */
  readonly storedGeneration: number;
  /** RFC 3339, in UTC and whole seconds. */
  readonly now: string;
}

/** What is ours to say. Conditions of any other type are somebody else's, and stay. */
const ours: ReadonlySet<string> = new Set(['Valid', 'Programmed', 'HostClaimed', 'Included', 'Reconciling']);

/**
 * What makes the stored status of an HTTPProxy true, as fields of a merge patch's `status`; null where it is true, or
 * speaks of a newer generation than was compiled, and of one that is there. Where it cannot be told whether the object is right, what was said
 * last stays, and only the conditions say that it is not known.
 *
 * `observedGeneration` beside the conditions is written with them and never for its own sake: the schema of Contour
 * drops it, and it would be written again and again.
 */
export function planStatus(facts: StatusFacts): object | null {
  const { status, now } = facts;
  const stored = readStatus(facts.stored);
  // Who speaks of a generation that was never stored has seen none: it is written over like anything else.
  if (stored.observedGeneration > status.generation && stored.observedGeneration <= facts.storedGeneration) return null;
  const findings = findingsOf(facts, stored);
  const isTold = status.currentStatus === 'unverified' || tellsVerdict(stored, status);
  if (isTold && areTold(findings, stored.conditions)) return null;
  return { ...verdictOf(status), conditions: conditionsOf(findings, stored.conditions, now) };
}

function findingsOf({ graph, status, programming }: StatusFacts, { conditions }: ReadStatus): readonly Finding[] {
  const programmed = programmedCondition(graph, status, programming, conditions.get('Programmed'));
  return [
    validCondition(status),
    programmed,
    hostClaimedCondition(graph, status),
    includedCondition(status),
    reconcilingCondition(status, programmed),
  ].filter((finding) => finding !== null);
}

function verdictOf({ currentStatus, description, generation }: ObjectStatus): object {
  return currentStatus === 'unverified' ? {} : { currentStatus, description, observedGeneration: generation };
}

function tellsVerdict(stored: ReadStatus, { currentStatus, description }: ObjectStatus): boolean {
  return stored.currentStatus === currentStatus && stored.description === description;
}

function areTold(findings: readonly Finding[], stored: ReadStatus['conditions']): boolean {
  const found = new Set(findings.map(({ type }) => type));
  const isStale = [...stored.keys()].some((type) => ours.has(type) && !found.has(type));
  return !isStale && findings.every((finding) => isTold(finding, stored.get(finding.type)));
}

function isTold(finding: Finding, stored: StoredCondition | undefined): boolean {
  const generation = generationIn(stored?.['observedGeneration']);
  return saysTheSame(finding, stored) && generation === finding.observedGeneration;
}

/** A merge patch replaces a list as a whole: what others said goes into it as it is. */
function conditionsOf(findings: readonly Finding[], stored: ReadStatus['conditions'], now: string): readonly object[] {
  const foreign = [...stored.values()].filter(({ type }) => !ours.has(type));
  return [...findings.map((finding) => conditionOf(finding, stored.get(finding.type), now)), ...foreign];
}
