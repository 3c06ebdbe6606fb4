import type { FileFault } from '../files/manifests.ts';
import type { Log } from './log.ts';

/** As for objects: a folder of broken files must not be ten thousand lines, each time one of them is mended. */
const faultsAtMost = 100;

/** Logs the faults of files that were not there the last time: the first hundred, and how many there are besides. */
export function createFaultLog(log: Log): (faults: readonly FileFault[]) => void {
  let known: ReadonlySet<string> = new Set();
  return (faults) => {
    const fresh = faults.filter((fault) => !known.has(textOf(fault)));
    known = new Set(faults.map(textOf));
    for (const { file, line, column, severity, message } of fresh.slice(0, faultsAtMost)) {
      log(severity, message, { file, line, column });
    }
    const more = fresh.length - faultsAtMost;
    if (more > 0) log('warning', 'more files have faults: /debug/routes lists them all', { faults: more });
  };
}

function textOf({ file, line, column, message }: FileFault): string {
  return JSON.stringify([file, line, column, message]);
}
