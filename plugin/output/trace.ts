import type { TraceDecision, TraceRejection, TraceRequest, TraceStep } from '../../routing/trace-item.ts';
import type { Expected, Sent, Trace } from '../trace-report.ts';
import { escapeCell, escapeControls } from './escape.ts';
import { objectWords, placeWords } from './source-words.ts';
import { printTable } from './table.ts';

/** A line of a file, or null where it cannot be read. */
export type LineOf = (file: string, line: number) => string | null;

/** The explanation for people: the request, the steps, the answer, and what was passed over. */
export function printTrace(trace: Trace, lineOf: LineOf): string {
  const parts = [
    requestLines(trace.request),
    stepLines(trace.steps, lineOf),
    [
      '',
      `answer: ${answerWords(trace.decision)}`,
      ...trace.decision.reasons.map(({ reason, message }) => `because: ${reason}: ${message}`),
    ],
    missLines(trace),
    ...(trace.sent === undefined ? [] : [sentLines(trace.sent)]),
    (trace.expected ?? []).map(expectedLine),
    trace.notes.map((note) => `note: ${note}`),
    rejectedLines(trace.rejected),
  ];
  return parts
    .flat()
    .map((line) => `${escapeControls(line)}\n`)
    .join('');
}

function requestLines({ method, url, headers, authority, sni, scheme }: TraceRequest): readonly string[] {
  const [, , host = ''] = url.split('/');
  return [
    `${method} ${url}`,
    ...(host === authority ? [] : [`    Host: ${authority}`]),
    ...headers.map(({ name, value }) => `    ${name}: ${value}`),
    ...(scheme === 'https' && sni !== host.replace(/:[0-9]+$/, '') ? [`    (handshake for ${sni ?? 'no name'})`] : []),
    '',
  ];
}

const marks = { matched: '', decides: '<== decides', failed: '<== fails' } as const;

function stepLines(steps: readonly TraceStep[], lineOf: LineOf): readonly string[] {
  const rows = steps.map(({ stage, result, source, detail }, index) =>
    [
      `${index + 1} ${stage}`,
      detail,
      source === null ? '' : objectWords(source),
      source === null ? '' : placeWords(source),
      marks[result],
    ].map(escapeCell),
  );
  const lines = printTable({ headers: null, rows, widths: [] }).text.trimEnd().split('\n');
  return lines.flatMap((line, index) => {
    const source = steps[index]?.result === 'decides' ? steps[index].source : null;
    const written = source?.file === undefined || source.line === undefined ? null : lineOf(source.file, source.line);
    return written === null ? [line] : [line, `    | ${written.trimEnd()}`];
  });
}

function answerWords({ type, status, reason, location, backends, drawn }: TraceDecision): string {
  switch (type) {
    case 'Forward': {
      const shares = backends.map(({ namespace, name, port, percent }) => `${namespace}/${name}:${port} ${percent}%`);
      const one = drawn === null ? undefined : backends[drawn];
      return one === undefined
        ? shares.join(', ')
        : `${one.namespace}/${one.name}:${one.port}, drawn from ${shares.join(', ')}`;
    }
    case 'Redirect':
      return `${status} to ${location}`;
    case 'Error':
      return `${status} (${reason})`;
    case 'DirectResponse':
      return `${status}, said by the route itself`;
    case 'NotFound':
      return `${status}, nothing serves this`;
    case 'BadRequest':
      return `${status}, Envoy refuses the path`;
    case 'Misdirected':
      return `${status}, the connection is for another host`;
    case 'UpgradeRefused':
      return `${status}, no WebSocket is let through`;
    case 'NoHandshake':
      return 'none, the connection is closed';
  }
}

function missLines({ nearest }: Trace): readonly string[] {
  if (nearest === null) return [];
  const { source, detail } = nearest;
  return [source === null ? `closest: ${detail}` : `closest: ${objectWords(source)} ${placeWords(source)}: ${detail}`];
}

function sentLines({ to, status, backend, agrees, detail }: Sent): readonly string[] {
  const answer = status === null ? 'no answer' : String(status);
  const from = backend === null ? '' : ` from ${backend}`;
  return [`sent to ${to}: ${answer}${from}: ${agrees ? 'as predicted' : `not as predicted: ${detail}`}`];
}

function expectedLine({ expectation, met, actual }: Expected): string {
  return met ? `expected ${expectation}: yes` : `expected ${expectation}: no, ${actual}`;
}

function rejectedLines(rejected: readonly TraceRejection[]): readonly string[] {
  if (rejected.length === 0) return [];
  const rows = rejected.map(({ source, match, detail }) =>
    ['  ' + objectWords(source), placeWords(source), match ?? '', detail].map(escapeCell),
  );
  return ['', 'passed over', ...printTable({ headers: null, rows, widths: [] }).text.trimEnd().split('\n')];
}
