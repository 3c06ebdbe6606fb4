import { trace } from '../../routing/trace.ts';
import type { TraceQuery } from '../../routing/trace-item.ts';
import { traceParameters, type WrittenTrace } from '../../routing/trace-parameters.ts';
import type { Question } from '../source.ts';
import type { Trace } from '../trace-report.ts';

/** Asks what becomes of a request. @param written what `query` was read from */
export function traceQuestion(query: TraceQuery, written: WrittenTrace): Question<Trace> {
  const parameters = new URLSearchParams();
  for (const [name, value] of traceParameters(written)) parameters.append(name, value);
  return {
    page: 'debug/trace',
    parameters,
    kind: 'Trace',
    noun: 'trace',
    answer: (world) => trace(world.graph, query, world),
    isBody: ({ decision, steps, rejected }) =>
      typeof decision === 'object' && decision !== null && Array.isArray(steps) && Array.isArray(rejected),
  };
}
