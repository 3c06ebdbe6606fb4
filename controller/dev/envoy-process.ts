import { setTimeout as delay } from 'node:timers/promises';
import { envoyLogFormat, readEnvoyLog } from './envoy-log.ts';
import { runGuarded, type Guarded } from './supervise.ts';

export interface EnvoyOptions {
  readonly binary: string;
  /** The bootstrap, as a JSON file. */
  readonly config: string;
  readonly say: (line: string) => void;
  /** Whether an Envoy started here has ever asked for its routes: only then is it sure to be one that can run. */
  readonly hasConnected: () => boolean;
  /** Waits before each start after a death, in milliseconds; the last one again and again. */
  readonly pauses?: readonly number[];
}

export interface EnvoyProcess {
  /** Resolves when Envoy was given up, with a sentence that says why; never where it was stopped or has connected. */
  readonly gaveUp: Promise<string>;
  stop(): Promise<void>;
}

const defaultPauses = [200, 500, 1000, 2000, 4000];
/** After this long a death is a new story and starts with the shortest wait. */
const healthyMs = 30_000;

function start({ binary, config, say }: EnvoyOptions): Guarded {
  const quiet = ['--disable-hot-restart', '--log-level', 'warning', '--log-format', envoyLogFormat];
  const envoy = runGuarded(binary, ['-c', config, '--concurrency', '2', ...quiet]);
  readEnvoyLog(envoy.stderr, say);
  envoy.stdout.resume();
  return envoy;
}

/**
 * Runs Envoy, and starts it again when it dies by itself, with growing waits. One that has never connected is given up
 * after as many deaths as there are waits.
 */
export function startEnvoy(options: EnvoyOptions): EnvoyProcess {
  const { binary, say, hasConnected, pauses = defaultPauses } = options;
  const stopping = new AbortController();
  let envoy = start(options);

  async function watch(): Promise<string | null> {
    let deaths = 0;
    for (;;) {
      const started = performance.now();
      const code = await envoy.ended;
      if (stopping.signal.aborted) return null;
      const isProven = hasConnected();
      if (isProven && performance.now() - started > healthyMs) deaths = 0;
      deaths += 1;
      if (!isProven && deaths >= pauses.length)
        return `${binary} ended ${deaths} times without connecting, last with exit code ${code}: name a working Envoy with --envoy`;
      const pause = pauses[deaths - 1] ?? pauses.at(-1) ?? 0;
      say(`Envoy ended with exit code ${code}; starting it again in ${pause / 1000} s`);
      await delay(pause, undefined, { signal: stopping.signal }).catch(() => {});
      if (stopping.signal.aborted) return null;
      envoy = start(options);
    }
  }

  const watched = watch();
  return {
    gaveUp: new Promise((resolve) => {
      void watched.then((reason) => reason !== null && resolve(reason));
    }),
    async stop() {
      stopping.abort();
      await envoy.stop();
      await watched;
    },
  };
}
