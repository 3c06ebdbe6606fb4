import { setTimeout as delay } from 'node:timers/promises';
import { envoyLogFormat, readEnvoyLog } from './envoy-log.ts';
import { runGuarded, type Guarded } from './supervise.ts';

export interface EnvoyOptions {
  readonly binary: string;
  /** The bootstrap, as a JSON file. */
  readonly config: string;
  readonly say: (line: string) => void;
  /** Waits before each start after a death, in milliseconds; when they are used up Envoy is given up. */
  readonly pauses?: readonly number[];
}

export interface EnvoyProcess {
  /** Resolves when Envoy was given up, with a sentence that says why; never where it was stopped. */
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

/** Runs Envoy, and starts it again when it dies by itself: a few times, with growing waits. */
export function startEnvoy(options: EnvoyOptions): EnvoyProcess {
  const { say, pauses = defaultPauses } = options;
  const stopping = new AbortController();
  let envoy = start(options);

  async function watch(): Promise<string | null> {
    let deaths = 0;
    for (;;) {
      const started = performance.now();
      const code = await envoy.ended;
      if (stopping.signal.aborted) return null;
      if (performance.now() - started > healthyMs) deaths = 0;
      const pause = pauses[deaths];
      if (pause === undefined) return `Envoy ended ${deaths + 1} times in a row, last with exit code ${code}`;
      deaths += 1;
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
