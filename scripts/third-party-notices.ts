import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { root } from './root.ts';

/** The licence texts of the packages whose files went into a bundle, as their licences ask. */
export async function thirdPartyNotices(bundledFiles: Readonly<Record<string, unknown>>): Promise<string> {
  const packages = new Set(Object.keys(bundledFiles).flatMap((file) => packageOf(file) ?? []));
  const notices = await Promise.all([...packages].toSorted().map(noticeOf));
  return notices.join(`\n${'-'.repeat(80)}\n\n`);
}

/** The folder of the innermost package that holds a file, null for our own files. */
function packageOf(file: string): string | null {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? null;
}

async function noticeOf(folder: string): Promise<string> {
  const absolute = path.join(root, folder);
  const files = (await readdir(absolute)).filter((name) => /^(?:licen[cs]e|notice|copying)/i.test(name)).toSorted();
  const texts = await Promise.all(files.map((name) => readFile(path.join(absolute, name), 'utf8')));
  const name = folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length);
  return [name, ...texts.map((text) => text.trim())].join('\n\n') + '\n';
}
