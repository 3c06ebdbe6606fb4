import { wholeFileFault } from './faults.ts';
import { parseManifests, type FileFault, type ParsedFile } from './manifests.ts';

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** `parseManifests` for a file as it was read; bytes that are not UTF-8 are a fault. */
export function parseBytes(file: string, bytes: Uint8Array, earlier: ParsedFile | null = null): ParsedFile {
  let text;
  try {
    text = UTF8.decode(bytes);
  } catch {
    return unparsed(wholeFileFault(file, 'the file is not UTF-8 text: save it as UTF-8'));
  }
  return parseManifests(file, text, earlier);
}

/** A file of which nothing could be read. */
function unparsed(fault: FileFault): ParsedFile {
  return { file: fault.file, objects: [], faults: [fault], parsed: false, documents: new Map() };
}
