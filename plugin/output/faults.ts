import type { FileFault } from '../../files/manifests.ts';
import { escapeControls } from './escape.ts';

/** `file:line:column: severity: message`, as compilers write it. */
export function faultLine({ file, line, column, severity, message }: FileFault): string {
  return `${file}:${line}:${column}: ${severity}: ${message}`;
}

export function printFaults(faults: readonly FileFault[]): string {
  return faults.map((fault) => `${escapeControls(faultLine(fault))}\n`).join('');
}
