export interface PacedTask {
  /** Has the task run soon, once for any number of requests. */
  request(): void;
  stop(): void;
}

/** Runs a task at most a tenth of the time: after a long run it waits nine times as long. */
export function createPacedTask(task: () => void, now: () => number): PacedTask {
  let notBefore = 0;
  let timer: NodeJS.Timeout | null = null;
  let stopped = false;

  function run(): void {
    timer = null;
    const started = now();
    task();
    const ended = now();
    notBefore = ended + 9 * (ended - started);
  }

  return {
    request() {
      if (stopped || timer !== null) return;
      timer = setTimeout(run, Math.max(0, notBefore - now())).unref();
    },
    stop() {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
    },
  };
}
