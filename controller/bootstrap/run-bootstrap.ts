import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { bootstrap } from '../../xds/envoy/bootstrap.ts';
import { type MutualTls, sdsSecrets } from '../../xds/envoy/bootstrap/tls.ts';
import { codeOf, Fault } from '../fault.ts';
import type { Io } from '../io.ts';
import { bootstrapHelp, parseBootstrap } from './bootstrap-config.ts';

/** Runs `contour bootstrap`; answers its exit code. Throws a Fault where an argument or a file is wrong. */
export async function runBootstrap(argv: readonly string[], io: Io): Promise<number> {
  const config = parseBootstrap(argv, io.env);
  if (config === null) {
    io.stdout.write(bootstrapHelp);
    return 0;
  }
  for (const warning of config.warnings) io.stderr.write(`warning: ${warning}\n`);
  await writeSecrets(config.envoy.tls);
  const text = jsonText(bootstrap(config.envoy));
  if (config.file === null) io.stdout.write(text);
  else await replaceFile(config.file, text);
  return 0;
}

async function writeSecrets(tls: MutualTls | undefined): Promise<void> {
  if (tls?.secrets === undefined) return;
  const { certificate, validation } = sdsSecrets(tls);
  await replaceFile(tls.secrets.certificate, jsonText(certificate));
  await replaceFile(tls.secrets.validation, jsonText(validation));
}

const jsonText = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;

/** Whole or not at all: an Envoy may be reading it. Its folder is made where it is not there. */
async function replaceFile(file: string, text: string): Promise<void> {
  const fresh = `${file}.${process.pid}.new`;
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o755 });
    await writeFile(fresh, text, { mode: 0o644 });
    await rename(fresh, file);
  } catch (error) {
    await rm(fresh, { force: true }).catch(() => {});
    if (codeOf(error) === '') throw error;
    throw new Fault(`${file} cannot be written (${codeOf(error)})`);
  }
}
