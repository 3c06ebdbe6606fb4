import type { StoredCondition } from './condition.ts';

/** A stored status, cut to what a plan looks at. */
export interface ReadStatus {
  readonly currentStatus: string | null;
  readonly description: string | null;
  /** The newest generation that it speaks of anywhere; 0 where it speaks of none. */
  readonly observedGeneration: number;
  /** By type, in their order. One that the API server would not take back is not among them. */
  readonly conditions: ReadonlyMap<string, StoredCondition>;
}

type Fields = Readonly<Record<string, unknown>>;

/** @param raw the value of a `status`, whatever it really is */
export function readStatus(raw: unknown): ReadStatus {
  const { currentStatus, description, observedGeneration, conditions } = fieldsOf(raw);
  const found = new Map<string, StoredCondition>();
  for (const condition of Array.isArray(conditions) ? (conditions as readonly unknown[]) : []) {
    if (isCondition(condition) && !found.has(condition.type)) found.set(condition.type, condition);
  }
  const valid = found.get('Valid')?.['observedGeneration'];
  return {
    currentStatus: typeof currentStatus === 'string' ? currentStatus : null,
    description: typeof description === 'string' ? description : null,
    observedGeneration: Math.max(generationIn(observedGeneration), generationIn(valid)),
    conditions: found,
  };
}

export function generationIn(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : 0;
}

function fieldsOf(raw: unknown): Fields {
  return typeof raw === 'object' && raw !== null ? (raw as Fields) : {};
}

function isCondition(raw: unknown): raw is StoredCondition {
  const fields = fieldsOf(raw);
  return ['type', 'status', 'reason', 'message', 'lastTransitionTime'].every(
    (field) => typeof fields[field] === 'string',
  );
}
