import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RouteItem } from '../../routing/route-item.ts';
import { type ContourDev, startContourDev } from '../support/contour-dev.ts';
import { eventually } from '../support/eventually.ts';
import { type Answer, ask, type Question } from '../support/request.ts';
import { type Expectation, examplesFolder, readExamples, type Step, type Tally } from './expectations.ts';

let folder: string;
let dev: ContourDev;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'contour-examples-'));
  cpSync(examplesFolder, folder, { recursive: true });
  dev = await startContourDev(folder, '--echo');
}, 60_000);

afterAll(async () => {
  await dev.stop();
  rmSync(folder, { recursive: true });
});

describe.each([...readExamples()])(
  'the example %s',
  (name, { requests = [], tallies = [], objects = [], steps = [] }) => {
    for (const request of requests) it(request.name, () => answers(request));

    for (const tally of tallies) it(tally.name, () => shares(tally), 60_000);

    for (const object of objects) {
      it(`calls ${object.kind} ${object.namespace}/${object.name} ${object.status}`, async () => {
        const { items } = (await dev.debug('/debug/objects')) as { items: readonly Record<string, unknown>[] };
        const { kind, namespace, name, status } = object;
        expect(items).toContainEqual(expect.objectContaining({ kind, namespace, name, currentStatus: status }));
        if (object.holder !== undefined) expect(await holderOf(object.namespace)).toBe(object.holder);
      });
    }

    if (steps.length > 0) {
      it(`lives through its ${steps.length} steps without a failed request`, async () => {
        const load = startLoad({ url: (requests[0] as Expectation).url });
        for (const step of steps) await take(name, step, load);
        const { failures, sockets } = await load.stop();
        expect(failures).toEqual([]);
        expect(sockets).toBe(1);
      });
    }
  },
);

async function answers({ expect: wanted, ...question }: Expectation): Promise<void> {
  expect(await ask(dev, question)).toMatchObject(wanted);
}

async function shares({ requests, percent, ...question }: Tally): Promise<void> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
  const counts = new Map<string, number>();
  const lane = async (count: number): Promise<void> => {
    for (let turn = 0; turn < count; turn += 1) {
      const { service } = await ask(dev, question, agent);
      counts.set(service ?? 'none', (counts.get(service ?? 'none') ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: 8 }, () => lane(requests / 8)));
  agent.destroy();
  expect([...counts.values()].reduce((sum, count) => sum + count, 0)).toBe(requests);
  for (const [service, share] of Object.entries(percent)) {
    const seen = ((counts.get(service) ?? 0) / requests) * 100;
    // Six standard deviations of a binomial share: one run in five hundred million is wrong by chance.
    const margin = 600 * Math.sqrt(((share / 100) * (1 - share / 100)) / requests);
    expect(Math.abs(seen - share), `${service} got ${seen} %`).toBeLessThanOrEqual(margin);
  }
}

async function holderOf(loser: string): Promise<string | undefined> {
  const { items } = (await dev.debug('/debug/routes?invalid=true')) as { items: readonly RouteItem[] };
  const lost = items.find((item) => item.holder !== undefined && item.source.namespace === loser);
  return lost?.holder && `${lost.holder.namespace}/${lost.holder.name}`;
}

interface Load {
  /** Asks a thousand times more and answers who answered. */
  sample(): Promise<ReadonlySet<string | null>>;
  stop(): Promise<{ readonly failures: readonly Answer[]; readonly sockets: number }>;
}

/** One kept connection that asks without a pause, so that a switch meets requests on their way. */
function startLoad(question: Question): Load {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  let sockets = 0;
  const create = agent.createConnection.bind(agent);
  agent.createConnection = (...args) => {
    sockets += 1;
    return create(...args);
  };
  const failures: Answer[] = [];
  let answered: (answer: Answer) => void = () => {};
  let stopped = false;
  const running = (async () => {
    while (!stopped) {
      const answer = await ask(dev, question, agent);
      if (answer.status !== 200) failures.push(answer);
      answered(answer);
    }
  })();
  return {
    sample: () =>
      new Promise((resolve) => {
        const seen: (string | null)[] = [];
        answered = ({ service }) => {
          if (seen.push(service) === 1000) resolve(new Set(seen));
        };
      }),
    async stop() {
      stopped = true;
      await running;
      agent.destroy();
      return { failures, sockets };
    },
  };
}

/** After a step the old Service gets no request any more, on the kept connection either. */
async function take(example: string, { edit, remove, requests }: Step, load: Load): Promise<void> {
  if (edit !== undefined) {
    const file = path.join(folder, example, edit.file);
    const before = readFileSync(file, 'utf8');
    expect(before).toContain(edit.from);
    writeFileSync(`${file}.new`, before.replace(edit.from, edit.to));
    renameSync(`${file}.new`, file);
  }
  if (remove !== undefined) rmSync(path.join(folder, example, remove));
  for (const request of requests) await eventually(() => answers(request));
  expect(await load.sample()).toEqual(new Set([requests[0]?.expect.service]));
}
