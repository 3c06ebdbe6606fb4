import { setTimeout as pause } from 'node:timers/promises';
import type { RouteQuery } from '../../routing/route-item.ts';
import { CommandFailure } from '../failure.ts';
import { REPORT_API_VERSION, type RouteSource, type RouteTable } from '../route-table.ts';
import { HttpFailure, readBody, readLines } from './http.ts';

/** An answer of the debug endpoint is made in memory: one that takes longer will not come. */
const ANSWER_MS = 10_000;
const RECONNECT_MS = [200, 500, 1000, 2000, 5000] as const;

/** Asks the debug endpoint of a running controller. */
export function controllerSource(base: URL, program: string): RouteSource {
  return {
    async table(query) {
      try {
        return decode(await readBody(routesUrl(base, query, false), AbortSignal.timeout(ANSWER_MS)), base);
      } catch (error) {
        throw error instanceof HttpFailure ? unanswered(base, program, error) : error;
      }
    },
    async watch(query, sink, warn, signal) {
      let heard = false;
      let attempt = 0;
      const hear = (line: string): void => {
        heard = true;
        attempt = 0;
        sink(decode(line, base));
      };
      while (!signal.aborted) {
        const end = await follow(routesUrl(base, query, true), signal, hear);
        if (signal.aborted) return;
        if (!heard) throw unanswered(base, program, end);
        if (attempt === 0) warn(`${base.href} ${end.message}; trying again until it is back.`);
        await pause(RECONNECT_MS[Math.min(attempt, RECONNECT_MS.length - 1)], undefined, { signal }).catch(() => {});
        attempt += 1;
      }
    },
  };
}

export type VersionAnswer = { readonly version: string } | { readonly version: null; readonly reason: string };

/** Every answer of the debug endpoint names the version; this asks for the smallest. */
export async function controllerVersion(base: URL): Promise<VersionAnswer> {
  const nothing = { host: 'invalid', path: '/', namespace: null, invalid: false };
  try {
    const { source } = decode(await readBody(routesUrl(base, nothing, false), AbortSignal.timeout(ANSWER_MS)), base);
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

/** The address of `/debug/routes`, whether or not `base` ends with a slash. */
function routesUrl(base: URL, query: RouteQuery, watch: boolean): URL {
  const url = new URL('debug/routes', base.href.endsWith('/') ? base : new URL(`${base.href}/`));
  if (query.host !== null) url.searchParams.set('host', query.host);
  if (query.path !== null) url.searchParams.set('path', query.path);
  if (query.namespace !== null) url.searchParams.set('namespace', query.namespace);
  if (query.invalid) url.searchParams.set('invalid', 'true');
  if (watch) url.searchParams.set('watch', '1');
  return url;
}

function decode(text: string, base: URL): RouteTable {
  const answer = parse(text);
  if (!isRouteTable(answer)) {
    throw new CommandFailure(`${base.href} did not answer with a RouteTable of ${REPORT_API_VERSION}`, [
      'Is it the debug endpoint of a controller, and of a version that fits this plugin?',
    ]);
  }
  // In the order of the schema, with whatever a newer controller adds behind it.
  const { apiVersion, kind, source, items, faults = [], ...more } = answer;
  return { apiVersion, kind, source: { ...source, url: base.href }, items, faults, ...more };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

type Answer = Omit<RouteTable, 'source' | 'faults'> & {
  readonly source: Extract<RouteTable['source'], { from: 'controller' }>;
  readonly faults?: RouteTable['faults'];
};

/** The items are the controller's own shape and are taken as they are. */
function isRouteTable(answer: unknown): answer is Answer {
  if (typeof answer !== 'object' || answer === null) return false;
  const { apiVersion, kind, source, items } = answer as Partial<Record<string, unknown>>;
  const isKind = apiVersion === REPORT_API_VERSION && kind === 'RouteTable';
  return isKind && typeof source === 'object' && source !== null && Array.isArray(items);
}

function unanswered(base: URL, program: string, failure: HttpFailure): CommandFailure {
  const message = `no route table: the controller at ${base.href} ${failure.message}`;
  const hints = [
    `Start a controller with: contour dev -f DIR`,
    `Read files without one:  ${program} routes -f DIR`,
    `Ask another controller:  --debug-url URL or KUBECTL_CONTOUR_DEBUG_URL`,
  ];
  return new CommandFailure(message, hints, { cause: failure });
}
