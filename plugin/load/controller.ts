import { setTimeout as pause } from 'node:timers/promises';
import { CommandFailure } from '../failure.ts';
import { REPORT_API_VERSION, type ReportHead, type ReportSource } from '../report.ts';
import { routesQuestion } from '../services/routes-question.ts';
import type { Question, Source } from '../source.ts';
import { HttpFailure, readBody, readLines } from './http.ts';

/** An answer of the debug endpoint is made in memory: one that takes longer will not come. */
const ANSWER_MS = 10_000;
const RECONNECT_MS = [200, 500, 1000, 2000, 5000] as const;

/** Asks the debug endpoint of a running controller. `command` is how people call what they run: `routes`. */
export function controllerSource(base: URL, program: string, command: string): Source {
  return {
    defaultNamespace: null,
    async ask(question) {
      try {
        return await askController(base, question);
      } catch (error) {
        throw error instanceof HttpFailure ? unanswered(base, `${program} ${command}`, question, error) : error;
      }
    },
    async follow(question, sink, warn, signal) {
      let heard = false;
      let attempt = 0;
      const hear = (line: string): void => {
        heard = true;
        attempt = 0;
        sink(decode(line, base, question));
      };
      while (!signal.aborted) {
        const end = await follow(pageUrl(base, question, true), signal, hear);
        if (signal.aborted) return;
        if (!heard) throw unanswered(base, `${program} ${command}`, question, end);
        if (attempt === 0) warn(`${base.href} ${end.message}; trying again until it is back.`);
        await pause(RECONNECT_MS[Math.min(attempt, RECONNECT_MS.length - 1)], undefined, { signal }).catch(() => {});
        attempt += 1;
      }
    },
    close: async () => {},
  };
}

/** Rejects with HttpFailure, or with CommandFailure where the answer is something else. */
export async function askController<Report extends ReportHead>(base: URL, question: Question<Report>): Promise<Report> {
  return decode(await readBody(pageUrl(base, question, false), AbortSignal.timeout(ANSWER_MS)), base, question);
}

export type VersionAnswer = { readonly version: string } | { readonly version: null; readonly reason: string };

/** Every answer of the debug endpoint names the version; this asks for the smallest. */
export async function controllerVersion(base: URL): Promise<VersionAnswer> {
  const nothing = routesQuestion({ host: 'invalid', path: '/', namespace: null, invalid: false });
  try {
    const { source } = await askController(base, nothing);
    return { version: source.version };
  } catch (error) {
    if (error instanceof HttpFailure)
      return { version: null, reason: `the controller at ${base.href} ${error.message}` };
    if (error instanceof CommandFailure) return { version: null, reason: error.message };
    throw error;
  }
}

/** Why the stream of answers ended. */
async function follow(url: URL, signal: AbortSignal, hear: (line: string) => void): Promise<HttpFailure> {
  try {
    await readLines(url, signal, hear);
    return new HttpFailure('closed the connection');
  } catch (error) {
    if (error instanceof HttpFailure) return error;
    throw error;
  }
}

/** The address of the page, whether or not `base` ends with a slash. */
function pageUrl<Report extends ReportHead>(base: URL, { page, parameters }: Question<Report>, watch: boolean): URL {
  const url = new URL(page, base.href.endsWith('/') ? base : new URL(`${base.href}/`));
  for (const [name, value] of parameters) url.searchParams.append(name, value);
  if (watch) url.searchParams.set('watch', '1');
  return url;
}

function decode<Report extends ReportHead>(text: string, base: URL, question: Question<Report>): Report {
  const answer = parse(text);
  if (!isReport(answer, question)) {
    throw new CommandFailure(`${base.href} did not answer with a ${question.kind} of ${REPORT_API_VERSION}`, [
      'Is it the debug endpoint of a controller, and of a version that fits this plugin?',
    ]);
  }
  // In the order in which every source answers, with whatever a newer controller adds behind it.
  const { apiVersion, kind, source, faults = [], ...body } = answer;
  return { apiVersion, kind, source: { ...source, url: base.href }, ...body, faults } as ReportHead as Report;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

type Answer = Omit<ReportHead, 'source' | 'faults'> & {
  readonly source: Omit<Extract<ReportSource, { from: 'controller' }>, 'url'>;
  readonly faults?: ReportHead['faults'];
};

function isReport<Report extends ReportHead>(answer: unknown, question: Question<Report>): answer is Answer {
  if (typeof answer !== 'object' || answer === null) return false;
  const { apiVersion, kind, source, ...body } = answer as Partial<Record<string, unknown>>;
  const isKind = apiVersion === REPORT_API_VERSION && kind === question.kind;
  return isKind && typeof source === 'object' && source !== null && question.isBody(body);
}

function unanswered<Report extends ReportHead>(
  base: URL,
  called: string,
  { noun }: Question<Report>,
  failure: HttpFailure,
): CommandFailure {
  const message = `no ${noun}: the controller at ${base.href} ${failure.message}`;
  const hints = [
    `Start a controller with: contour dev -f DIR`,
    `Read files without one:  ${called} -f DIR`,
    `Ask another controller:  --debug-url URL or KUBECTL_CONTOUR_DEBUG_URL`,
  ];
  return new CommandFailure(message, hints, { cause: failure });
}
