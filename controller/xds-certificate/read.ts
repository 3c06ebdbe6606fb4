import { readFile } from 'node:fs/promises';
import type { TlsFiles } from '../config.ts';
import { codeOf, Fault } from '../fault.ts';
import { type Judged, judge } from './judge.ts';

/** What the files of the xDS certificate hold now. */
export async function readXdsCertificate(files: TlsFiles): Promise<Judged> {
  const read = async (flag: string, path: string): Promise<Buffer> => {
    try {
      return await readFile(path);
    } catch (error) {
      throw new Fault(`--${flag} names ${path}, which cannot be read (${codeOf(error)})`);
    }
  };
  try {
    return judge(files, {
      ca: await read('contour-cafile', files.ca),
      certificate: await read('contour-cert-file', files.certificate),
      key: await read('contour-key-file', files.key),
    });
  } catch (error) {
    if (error instanceof Fault) return { valid: false, reason: error.message };
    throw error;
  }
}
