import type { TraceDecision } from '../../routing/trace-item.ts';
import type { RealAnswer } from '../load/send-request.ts';
import type { Sent } from '../trace-report.ts';

/** Is what an Envoy answered what was predicted? */
export function compareSent(to: string, answer: RealAnswer | null, decision: TraceDecision): Sent {
  const detail = difference(answer, decision);
  const { status = null, location = null, backend = null, byBackend = null } = answer ?? {};
  return { to, status, location, backend, byBackend, agrees: detail === null, detail: detail ?? 'as predicted' };
}

/** Null where there is none. */
function difference(answer: RealAnswer | null, decision: TraceDecision): string | null {
  const { type, status, location } = decision;
  if (answer === null) return type === 'NoHandshake' ? null : 'the connection was closed without an answer';
  if (type === 'NoHandshake')
    return `a certificate was shown and ${answer.status} answered; this Envoy is behind, or ahead`;
  if (type === 'Forward') return differsFromBackends(answer, decision);
  if (answer.byBackend) return `a backend answered ${answer.status} where ${status} was predicted${behind}`;
  if (answer.status !== status) return `${answer.status} was answered where ${status} was predicted${behind}`;
  return location !== null && answer.location !== location
    ? `it leads to ${answer.location}, not to ${location}${behind}`
    : null;
}

const behind = '; this Envoy is behind, or has other objects';

/** What a backend answers is its own; that one was reached, and which, can be told. */
function differsFromBackends({ status, byBackend, backend }: RealAnswer, { backends }: TraceDecision): string | null {
  const names = backends.filter(({ percent }) => percent > 0).map(({ namespace, name }) => `${namespace}/${name}`);
  if (backend !== null)
    return names.includes(backend) ? null : `${backend} answered, not ${names.join(' or ')}${behind}`;
  if (byBackend) return null;
  // Without a healthy endpoint Envoy answers in its place.
  const mayFail = status === 503 && backends.some(({ endpoints }) => endpoints === null || endpoints.ready === 0);
  return mayFail ? null : `Envoy itself answered ${status} where ${names.join(' or ')} was predicted${behind}`;
}
