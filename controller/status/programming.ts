import type { EnvoyReport } from '../../xds/serve/server.ts';
import type { Dialect, TypeUrl } from '../../xds/snapshot/resource.ts';
import type { Served } from '../loop.ts';
import type { AskProgramming, HostProgramming } from './programmed-condition.ts';

export interface ProgrammingOptions {
  readonly envoys: () => readonly EnvoyReport[];
  readonly served: (dialect: Dialect) => Served | null;
}

/** Where our own Envoys stand with each host. */
export interface Programming {
  readonly ask: AskProgramming;
  /** Looks at the Envoys anew: what is told of them costs as much as they hold, so that it is kept between. */
  refresh(): void;
}

const accepted: HostProgramming = { state: 'accepted' };
const pending: HostProgramming = { state: 'pending' };
const noEnvoy: HostProgramming = { state: 'unknown', reason: 'NoEnvoy', message: 'no Envoy is connected' };

export function createProgramming({ envoys, served }: ProgrammingOptions): Programming {
  let complete: readonly EnvoyReport[] | null = null;

  function standing(envoy: EnvoyReport, host: Parameters<AskProgramming>[0]): HostProgramming {
    const own = served(envoy.dialect);
    const missing = own?.world
      .resourcesOf(host)
      .filter(({ type, name }) => envoy.accepted(type, name) !== own.snapshot.get(type, name)?.version);
    if (missing === undefined || missing.length === 0) return accepted;
    const message = missing.map(({ type, name }) => refusalOf(envoy, type, name)).find((text) => text !== null);
    return message === undefined ? pending : { state: 'refused', message };
  }

  return {
    ask(host) {
      complete ??= envoys().filter((envoy) => envoy.complete);
      if (complete.length === 0) return noEnvoy;
      const standings = complete.map((envoy) => standing(envoy, host));
      const refused = standings.find(({ state }) => state === 'refused');
      return refused ?? standings.find(({ state }) => state === 'pending') ?? accepted;
    },
    refresh() {
      complete = null;
    },
  };
}

function refusalOf({ types }: EnvoyReport, type: TypeUrl, name: string): string | null {
  const nacks = types.find((report) => report.type === type)?.nacks ?? [];
  return nacks.find((nack) => nack.name === name)?.message ?? null;
}
