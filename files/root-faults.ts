import { wholeFileFault } from './faults.ts';
import type { FileFault } from './manifests.ts';
import { reasonOf } from './source-error.ts';

export function missingFault(path: string, type: 'file' | 'directory'): FileFault {
  const what = type === 'directory' ? 'folder' : 'file';
  return wholeFileFault(path, `the ${what} is missing; what it last held keeps serving until it is back`);
}

export function unreadableFault(directory: string, error: unknown): FileFault {
  const message = `the folder cannot be read (${reasonOf(error)}); what it last held keeps serving`;
  return wholeFileFault(directory, message);
}

export function refusedFault(directory: string, reason: string): FileFault {
  const message = `the folder cannot be watched (${reason}); its changes are seen within a second`;
  return wholeFileFault(directory, message, 'warning');
}
