import { setTimeout as pause } from 'node:timers/promises';

/** Calls back whenever an answer may have changed; returns how to stop. */
export type OnChange = (listener: () => void) => () => void;

/** Changes closer together than this are one line of a watch. */
const watchPauseMs = 50;

/** A whole report a line: the first at once, then one for each change that shows in it. */
export async function* watchedReport(
  build: () => object,
  onChange: OnChange,
  signal: AbortSignal,
): AsyncGenerator<object> {
  let wake = (): void => {};
  let changed = true;
  const stop = onChange(() => {
    changed = true;
    wake();
  });
  signal.addEventListener('abort', () => wake(), { once: true });
  let told = '';
  try {
    while (!signal.aborted) {
      if (!changed) await new Promise<void>((resolve) => (wake = resolve));
      changed = false;
      const report = build();
      const text = JSON.stringify(report);
      if (text !== told && !signal.aborted) yield report;
      told = text;
      await pause(watchPauseMs, undefined, { signal }).catch(() => {});
    }
  } finally {
    stop();
  }
}
