import type { TraceDecision } from '../../routing/trace-item.ts';
import type { Expected } from '../trace-report.ts';

/** What a person wants a trace to say. */
export type Expectation =
  | {
      readonly text: string;
      readonly type: 'backend';
      readonly namespace: string;
      readonly name: string;
      readonly port: number | null;
    }
  | { readonly text: string; readonly type: 'status'; readonly status: number }
  | { readonly text: string; readonly type: 'redirect'; readonly location: string };

/** Null for what is none of the three forms. */
export function readExpectation(text: string): Expectation | null {
  const equals = text.indexOf('=');
  const [form, value] = [text.slice(0, Math.max(0, equals)), text.slice(equals + 1)];
  if (form === 'redirect' && value !== '') return { text, type: 'redirect', location: value };
  if (form === 'status') return /^[1-5][0-9]{2}$/.test(value) ? { text, type: 'status', status: Number(value) } : null;
  const [, namespace = '', name = '', port] = /^([^/:\s]+)\/([^/:\s]+?)(?::([0-9]{1,5}))?$/.exec(value) ?? [];
  if (form !== 'backend' || name === '') return null;
  return { text, type: 'backend', namespace, name, port: port === undefined ? null : Number(port) };
}

/** Is it what the trace says? A backend is enough that gets a share of the requests, or, with a seed, is drawn. */
export function check(expectation: Expectation, decision: TraceDecision): Expected {
  return { expectation: expectation.text, met: isMet(expectation, decision), actual: inWords(decision) };
}

function isMet(expectation: Expectation, decision: TraceDecision): boolean {
  switch (expectation.type) {
    case 'status':
      return decision.status === expectation.status;
    case 'redirect':
      return decision.location === expectation.location;
    case 'backend':
      return sharers(decision).some(
        ({ namespace, name, port }) =>
          namespace === expectation.namespace && name === expectation.name && (expectation.port ?? port) === port,
      );
  }
}

function sharers({ backends, drawn }: TraceDecision): TraceDecision['backends'] {
  return backends.filter(({ percent }, index) => (drawn === null ? percent > 0 : drawn === index));
}

/** The decision in the words of an expectation. */
function inWords(decision: TraceDecision): string {
  if (decision.location !== null) return `redirect=${decision.location}`;
  if (decision.type === 'Forward')
    return sharers(decision)
      .map(({ namespace, name, port }) => `backend=${namespace}/${name}:${port}`)
      .join(' ');
  return decision.status === null ? 'no handshake' : `status=${decision.status}`;
}
