import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  type CodeGeneratorResponse,
  CodeGeneratorRequestSchema,
  CodeGeneratorResponseSchema,
  FileDescriptorSetSchema,
} from '@bufbuild/protobuf/wkt';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const here = import.meta.dirname;
const output = join(here, 'generated');
const stamp = join(output, '.made-from');

/** https://github.com/stephenh/ts-proto#supported-options; docs/decisions/0002-envoy-types.md says why ts-proto. */
const options = [
  'esModuleInterop=true',
  'importSuffix=.ts',
  'env=both',
  // Node strips types and nothing else: no enums.
  'enumsAsLiterals=true',
  'unrecognizedEnum=false',
  'oneof=unions-value',
  'useOptionals=all',
  // Keys of a proto map may be written by a tenant, so they never become property names.
  'useMapType=true',
  'forceLong=number',
  'useDate=false',
  'outputServices=none',
  'outputJsonMethods=to-only',
  'outputPartialMethods=false',
  'exportCommonSymbols=false',
];

/**
 * Turns `envoy.binpb` into TypeScript under `generated/` and says whether it had to. Works offline and
 * swaps the folder in one step.
 */
export function generateEnvoyTypes(): boolean {
  const descriptors = readFileSync(join(here, 'envoy.binpb'));
  const madeFrom = fingerprint(descriptors);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === madeFrom) return false;
  const fresh = `${output}.${process.pid}`;
  for (const file of runTsProto(descriptors).file) {
    const path = join(fresh, file.name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, file.content);
  }
  writeFileSync(join(fresh, '.made-from'), madeFrom);
  rmSync(output, { recursive: true, force: true });
  renameSync(fresh, output);
  return true;
}

function fingerprint(descriptors: Uint8Array): string {
  const tsProto = readFileSync(createRequire(import.meta.url).resolve('ts-proto/package.json'), 'utf8');
  return createHash('sha256').update(descriptors).update(options.join()).update(tsProto).digest('hex');
}

function runTsProto(descriptors: Uint8Array): CodeGeneratorResponse {
  const { file } = fromBinary(FileDescriptorSetSchema, descriptors);
  const request = create(CodeGeneratorRequestSchema, {
    protoFile: file,
    fileToGenerate: file.map(({ name }) => name),
    parameter: options.join(','),
  });
  const plugin = createRequire(import.meta.url).resolve('ts-proto/build/src/plugin.js');
  const run = spawnSync(process.execPath, [plugin], {
    input: toBinary(CodeGeneratorRequestSchema, request),
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  if (run.status !== 0) throw new Error('ts-proto failed on xds/proto/envoy.binpb', { cause: run.error });
  return fromBinary(CodeGeneratorResponseSchema, run.stdout);
}

if (process.argv[1] === import.meta.filename) generateEnvoyTypes();
