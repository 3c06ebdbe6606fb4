import { CommandFailure } from '../failure.ts';
import { REPORT_API_VERSION, type ReportHead, type ReportSource } from '../report.ts';
import type { Question } from '../source.ts';
import { type Endpoint, HttpFailure, readBody, readLines } from './http.ts';

/** An answer of the debug endpoint is made in memory: one that takes longer will not come. */
const ANSWER_MS = 10_000;

/** Asks a running controller. Rejects with HttpFailure, or with CommandFailure where the answer is something else. */
export async function askController<Report extends ReportHead>(
  endpoint: Endpoint,
  question: Question<Report>,
): Promise<Report> {
  const body = await readBody(endpoint, pageUrl(endpoint.url, question, false), AbortSignal.timeout(ANSWER_MS));
  return decode(body, endpoint, question);
}

/** Hands over each answer of a running controller until the stream of them ends; resolves with why it did. */
export async function followController<Report extends ReportHead>(
  endpoint: Endpoint,
  question: Question<Report>,
  signal: AbortSignal,
  hear: (report: Report) => void,
): Promise<HttpFailure> {
  try {
    const url = pageUrl(endpoint.url, question, true);
    await readLines(endpoint, url, signal, (line) => hear(decode(line, endpoint, question)));
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

function decode<Report extends ReportHead>(text: string, { name, dial, url }: Endpoint, question: Question<Report>) {
  const answer = parse(text);
  if (!isReport(answer, question)) {
    throw new CommandFailure(`${name} did not answer with a ${question.kind} of ${REPORT_API_VERSION}`, [
      'Is it the debug endpoint of a controller, and of a version that fits this plugin?',
    ]);
  }
  // In the order in which every source answers, with whatever a newer controller adds behind it.
  const { apiVersion, kind, source, faults = [], ...body } = answer;
  const asked = dial === null ? { url: url.href } : { pods: [name] };
  return { apiVersion, kind, source: { ...source, ...asked }, ...body, faults } as ReportHead as Report;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

type Answer = Omit<ReportHead, 'source' | 'faults'> & {
  readonly source: Extract<ReportSource, { from: 'controller' }>;
  readonly faults?: ReportHead['faults'];
};

function isReport<Report extends ReportHead>(answer: unknown, question: Question<Report>): answer is Answer {
  if (typeof answer !== 'object' || answer === null) return false;
  const { apiVersion, kind, source, ...body } = answer as Partial<Record<string, unknown>>;
  const isKind = apiVersion === REPORT_API_VERSION && kind === question.kind;
  return isKind && typeof source === 'object' && source !== null && question.isBody(body);
}
