import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../files/edit/json-patch.ts';
import { logEvent, printLogEntry } from '../../../plugin/output/canary-log.ts';
import type { FactEvent } from '../../../plugin/services/canary-watch/facts.ts';
import { type LogEntry, startLog, tell } from '../../../plugin/services/canary-watch/follow-log.ts';
import { proxyOf } from '../canary/proxies.ts';
import { canaryAt, noon, tableOf, traffic, view } from './canaries.ts';

process.env['TZ'] = 'UTC';

const schema = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../../docs/schemas/${name}.schema.json`, import.meta.url), 'utf8')) as object;
const ajv = new Ajv2020({ allowUnionTypes: true });
ajv.addSchema(schema('canary-list'));
const validate = ajv.compile(schema('canary-watch-event'));

function told(first: JsonObject, ...events: readonly FactEvent[]) {
  const entries: LogEntry[] = [];
  let log = startLog(first);
  for (const event of events) {
    const next = tell(log, event, view);
    ({ log } = next);
    if (next.entry !== null) entries.push(next.entry);
  }
  for (const entry of entries) expect(validate(logEvent(entry)), JSON.stringify(validate.errors)).toBe(true);
  const lines = entries.map((entry) => printLogEntry(entry, new Date(noon)).trimEnd().replace('12:03:12 ', ''));
  return { lines, end: log.end, entries };
}

const object = (proxy: JsonObject): FactEvent => ({ type: 'object', proxy });
const routes = (proxy: JsonObject, envoys: number, of = 3): FactEvent => ({
  type: 'routes',
  table: tableOf(proxy, envoys, of),
});

describe('a line for each change', () => {
  it('of weights, and of Envoys that have them', () => {
    const [before, after] = [canaryAt(10), canaryAt(20)];
    const counted: FactEvent = { type: 'traffic', traffic };
    const { lines, end } = told(
      before,
      object(before),
      counted,
      routes(before, 3),
      counted,
      object(after),
      routes(after, 1),
      counted,
      routes(after, 3),
    );
    expect(lines).toEqual([
      'v2 10% envoys 3/3 5xx 0.1% p99 88ms',
      'v2 10%->20% not served yet 5xx 0.1% p99 88ms',
      'v2 20% envoys 1/3 5xx 0.1% p99 88ms',
      'v2 20% envoys 3/3 5xx 0.1% p99 88ms',
    ]);
    expect(end).toBeNull();
  });

  it('and none for what stays the same', () => {
    const proxy = canaryAt(10);
    const lost: FactEvent = { type: 'lost', reason: 'away', at: noon };
    expect(told(proxy, routes(proxy, 3), object(proxy), lost, { type: 'found' }, routes(proxy, 3)).lines).toHaveLength(
      1,
    );
  });

  it('where nobody knows the Envoys, it says so', () => {
    const proxy = canaryAt(10);
    expect(told(proxy, object(proxy), { type: 'routes-lost', reason: 'no controller' }).lines).toEqual([
      'v2 10% envoys ? (no controller)',
    ]);
  });
});

describe('the end', () => {
  const done = canaryAt(100);

  it('is 100 % on every Envoy, and not before', () => {
    expect(told(done, routes(done, 2)).end).toBeNull();
    expect(told(done, routes(done, 2), routes(done, 3)).end).toEqual({ type: 'promoted' });
    expect(told(done, { type: 'routes-lost', reason: 'Contour does not tell' }).end).toEqual({ type: 'promoted' });
  });

  it('is a promotion, with which the record goes', () => {
    const [before, after] = [canaryAt(20), proxyOf('v1=0 v2=100')];
    expect(told(before, routes(before, 3), object(after), routes(after, 3)).end).toEqual({ type: 'promoted' });
    const only = proxyOf('v2=100');
    expect(told(before, routes(before, 3), object(only), routes(only, 3)).end).toEqual({ type: 'promoted' });
  });

  it('is an abort: the record goes, and the weight with it', () => {
    const [before, after] = [canaryAt(20), proxyOf('v1=100 v2=0')];
    const { end, lines } = told(before, routes(before, 3), object(after), routes(after, 3));
    expect(end).toEqual({ type: 'aborted', percent: 0 });
    expect(lines.at(-1)).toContain('v2 20%->0%');
  });

  it('is an abort that takes the canary out, too', () => {
    const [before, after] = [canaryAt(20), proxyOf('v1=100')];
    const { end, lines } = told(before, routes(before, 3), object(after), routes(after, 3));
    expect(end).toMatchObject({ type: 'aborted' });
    expect(lines.at(-1)).toBe('v2 20%->0% not served yet');
  });

  it('is a deletion', () => {
    const proxy = canaryAt(20);
    const { end, entries } = told(proxy, routes(proxy, 3), { type: 'gone' });
    expect(end).toEqual({ type: 'deleted' });
    expect(logEvent(entries.at(-1) as LogEntry).type).toBe('DELETED');
  });
});
