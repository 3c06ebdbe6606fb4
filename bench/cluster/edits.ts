import { setTimeout as sleep } from 'node:timers/promises';
import { hostName } from '../manifests.ts';
import type { Prober } from '../prober.ts';
import { type Api, never, proxiesPath } from './api.ts';

export interface Editing {
  /** Milliseconds from each acknowledged write to the first changed answer. */
  readonly done: Promise<readonly number[]>;
  /** After the edit that is under way. */
  stop(): Promise<readonly number[]>;
}

/** How often, and with how long a rest in between, in milliseconds. */
export interface EditPace {
  readonly turns: number;
  readonly restMs: number;
}

/** Hands a host's first route to the other backend and back, host after host. */
export function editInTurn(api: Api, prober: Prober, hosts: number, { turns, restMs }: EditPace): Editing {
  const times: number[] = [];
  let stopped = false;
  const edit = async (index: number, live: string): Promise<void> => {
    const body = [{ op: 'replace', path: '/spec/routes/0/services/0/name', value: live }];
    const contentType = 'application/json-patch+json';
    await api.write(`${proxiesPath}/host-${index}`, { method: 'PATCH', body, contentType, signal: never });
    times.push(await prober.until(hostName(index), '/', live, performance.now(), 120_000));
  };
  const run = async (): Promise<readonly number[]> => {
    for (let turn = 0; turn < turns && !stopped; turn += 1)
      for (const live of ['b', 'a']) {
        await edit((turn * 7919) % hosts, live);
        if (restMs > 0) await sleep(restMs);
      }
    return times;
  };
  const done = run();
  return {
    done,
    stop() {
      stopped = true;
      return done;
    },
  };
}
