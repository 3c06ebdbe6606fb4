import type { ObjectStatus } from '../../routing/graph/graph.ts';
import type { Diagnostic, Severity } from '../../routing/objects/diagnostic.ts';
import type { Finding, SubCondition } from './condition.ts';
import { cutMessage, fieldPath } from './message.ts';

/** Contour's words: scripts compare them. */
const errorPresent = 'At least one error present, see Errors for details';

/** Contour's one condition: whether the object is right, and everything that was found in it. */
export function validCondition(status: ObjectStatus): Finding {
  const { currentStatus, description, generation, diagnostics } = status;
  const found = { observedGeneration: generation, ...listsOf(diagnostics) };
  switch (currentStatus) {
    case 'valid':
      return { type: 'Valid', status: 'True', reason: 'Valid', message: description, ...found };
    case 'unverified':
      return { type: 'Valid', status: 'Unknown', reason: 'Unverified', message: description, ...found };
    case 'invalid':
    case 'orphaned':
      return { type: 'Valid', status: 'False', reason: 'ErrorPresent', message: errorPresent, ...found };
  }
}

function listsOf(diagnostics: readonly Diagnostic[]): Pick<Finding, 'errors' | 'warnings'> {
  const [errors, warnings] = [entriesOf(diagnostics, 'error'), entriesOf(diagnostics, 'warning')];
  return { ...(errors.length > 0 ? { errors } : {}), ...(warnings.length > 0 ? { warnings } : {}) };
}

/** An object may be wrong in twenty thousand places, and a status must fit into etcd: more than this nobody reads. */
const mostEntries = 100;
const mostCharacters = 128 * 1024;

function entriesOf(diagnostics: readonly Diagnostic[], severity: Severity): readonly SubCondition[] {
  const all = diagnostics.filter((diagnostic) => diagnostic.severity === severity);
  const entries: SubCondition[] = [];
  let characters = 0;
  for (const diagnostic of all) {
    const entry = entryOf(diagnostic);
    characters += entry.message.length;
    const isFull = entries.length === mostEntries || (characters > mostCharacters && entries.length > 0);
    if (isFull) return [...entries, moreOf(diagnostic, all.length - entries.length)];
    entries.push(entry);
  }
  return entries;
}

function entryOf({ type, reason, message, pointer }: Diagnostic): SubCondition {
  const place = fieldPath(pointer);
  return { type, status: 'True', reason, message: cutMessage(place === '' ? message : `${place}: ${message}`) };
}

function moreOf({ type, reason }: Diagnostic, count: number): SubCondition {
  return { type, status: 'True', reason, message: `and ${count} more` };
}
