import { ApiError } from '../../kubernetes/errors.ts';
import type { DumpPages, HeldWorld } from '../../xds/envoy/dump/read-dump.ts';
import { CommandFailure } from '../failure.ts';
import { missingRight } from './api-failure.ts';
import type { Cluster } from './cluster.ts';
import { type EnvoyPod, titleOf } from './find-envoys.ts';
import { createBudget, type Endpoint, HttpFailure, readBody } from './http.ts';

/** What one Envoy holds. */
export interface HeldEnvoy {
  readonly pod: EnvoyPod;
  readonly version: string;
  readonly world: HeldWorld;
}

/** Of the listener `envoy-admin`, which shows parts of Envoy's administration and changes nothing: ours and Contour's. */
const adminPort = 9001;
/** All pages of one Envoy: ten thousand hosts are some 100 MB (docs/decisions/0019), and come through the API server. */
const usual: EnvoyLimits = { ms: 60_000, characters: 256 * 1024 * 1024 };

/** Of all pages of one Envoy together. */
interface EnvoyLimits {
  readonly ms: number;
  readonly characters: number;
}

/** Rejects with CommandFailure. */
export async function readEnvoy(cluster: Cluster, pod: EnvoyPod, limits = usual): Promise<HeldEnvoy> {
  const { version, pages } = await readPages(cluster, pod, limits);
  const { readConfigDump } = await import('../../xds/envoy/dump/read-dump.ts');
  const world = readConfigDump(pages);
  if (world.isTold) return { pod, version, world };
  throw new CommandFailure(`the Envoy ${titleOf(pod)} holds no routes: no controller has told it anything yet`, [
    'Whether it is connected to one is in its log, and in what sync says.',
  ]);
}

interface EnvoyPages {
  readonly version: string;
  readonly pages: DumpPages;
}

/** A page that fails ends the others. */
async function readPages(cluster: Cluster, pod: EnvoyPod, limits: EnvoyLimits): Promise<EnvoyPages> {
  const { dumpPaths, envoyVersion } = await import('../../xds/envoy/dump/pages.ts');
  const failed = new AbortController();
  const read = createReader(cluster, pod, AbortSignal.any([AbortSignal.timeout(limits.ms), failed.signal]), limits);
  try {
    const version = envoyVersion(await read('/server_info'));
    if (version === null) throw new CommandFailure(`what answers at port ${adminPort} of ${titleOf(pod)} is no Envoy`);
    const paths = Object.entries(dumpPaths);
    const pages = await Promise.all(paths.map(async ([name, path]) => [name, await read(path)] as const));
    return { version, pages: Object.fromEntries(pages) as unknown as DumpPages };
  } finally {
    failed.abort();
  }
}

/** Reads one page as JSON; null where this Envoy has no such part. */
function createReader(
  { dial }: Cluster,
  pod: EnvoyPod,
  signal: AbortSignal,
  { characters }: EnvoyLimits,
): (path: string) => Promise<unknown> {
  const { namespace, name } = pod;
  const endpoint: Endpoint = {
    url: new URL(`http://localhost:${adminPort}/`),
    name: titleOf(pod),
    dial: (aborted) => dial({ namespace, pod: name, port: adminPort }, aborted),
  };
  const spend = createBudget(characters);
  return async (path) => {
    try {
      return JSON.parse(await readBody(endpoint, new URL(path, endpoint.url), signal, spend)) as unknown;
    } catch (error) {
      if (error instanceof SyntaxError) throw new CommandFailure(`the Envoy ${titleOf(pod)} did not answer with JSON`);
      if (!(error instanceof HttpFailure)) throw error;
      // A part that no configuration of this Envoy is about is not there: scopes, where there are none.
      if (error.status === 404) return null;
      throw unreadable(pod, error);
    }
  };
}

function unreadable(pod: EnvoyPod, failure: HttpFailure): CommandFailure {
  const { cause, status } = failure;
  const isDenied = cause instanceof ApiError && cause.status === 403;
  const right = { verb: 'create', group: '', resource: 'pods/portforward', namespace: pod.namespace, name: null };
  const closed = `Port ${adminPort} is its listener envoy-admin; Contour's setting network.adminPort moves or closes it.`;
  const isUnheard = status === null && cause !== undefined;
  const hints = isDenied ? missingRight(right) : isUnheard ? [closed] : [];
  return new CommandFailure(`the Envoy ${titleOf(pod)} ${failure.message}`, hints, { cause: failure });
}
