import { dumpPaths } from '../../xds/envoy/dump/pages.ts';
import { type DumpPages, type HeldWorld, readConfigDump } from '../../xds/envoy/dump/read-dump.ts';

/** What an Envoy holds, by its admin endpoint. */
export async function readHeld(admin: (page: string) => Promise<string>): Promise<HeldWorld> {
  const pages = await Promise.all(
    Object.entries(dumpPaths).map(async ([name, path]) => [name, await page(admin, path)] as const),
  );
  return readConfigDump(Object.fromEntries(pages) as unknown as DumpPages);
}

async function page(admin: (page: string) => Promise<string>, path: string): Promise<unknown> {
  const text = await admin(path);
  return text.endsWith('not found in config dump') ? null : JSON.parse(text);
}
