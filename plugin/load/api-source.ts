import { ApiError, isKubernetesError } from '../../kubernetes/errors.ts';
import { CommandFailure } from '../failure.ts';
import type { ReportSource } from '../report.ts';
import { localReport, type Question, type Source } from '../source.ts';
import type { ReportHead } from '../report.ts';
import { pluginVersion } from '../version.ts';
import { apiFailure, missingRight } from './api-failure.ts';
import { type ApiWorld, compileObjects } from './api-world.ts';
import type { Cluster } from './cluster.ts';
import type { ControllerSettings } from './controller-settings.ts';
import { followObjects } from './follow-objects.ts';
import { type Reach, readObjects } from './read-objects.ts';
import { selectObjects } from './select-objects.ts';

export interface ApiSourceOptions {
  readonly cluster: Cluster;
  readonly settings: ControllerSettings;
  /** Why no controller answers; null where none was to be asked. */
  readonly why: string | null;
}

interface Loaded {
  readonly world: ApiWorld;
  readonly reaches: readonly Reach[];
  readonly source: ReportSource;
}

/** Compiles the objects of a cluster here, with the controller's own code. They are listed once, at the first question. */
export function apiSource(options: ApiSourceOptions): Source {
  const { cluster } = options;
  let loaded: Promise<Loaded> | null = null;
  const load = <Report extends ReportHead>({ noun }: Question<Report>): Promise<Loaded> =>
    (loaded ??= loadObjects(options, noun));
  return {
    defaultNamespace: cluster.namespace,
    select: (selector, signal) => selectObjects(cluster, selector, signal),
    async ask(question) {
      const { world, source } = await load(question);
      return localReport(question, world.local, source, []);
    },
    async follow(question, sink, warn, signal) {
      const { world, reaches, source } = await load(question);
      const show = (): void => sink(localReport(question, world.local, source, []));
      show();
      await followObjects(cluster.raw, world, reaches, { show, warn }, signal);
    },
    close: () => cluster.close(),
  };
}

async function loadObjects(options: ApiSourceOptions, noun: string): Promise<Loaded> {
  const { cluster, settings } = options;
  const { signal } = new AbortController();
  try {
    const read = await readObjects(cluster.raw, [cluster.namespace], signal);
    refuseNothing(read.reaches, options, noun);
    const world = await compileObjects(cluster.raw, read, settings, signal);
    return { world, reaches: read.reaches, source: sourceOf(options, read.reaches, world) };
  } catch (error) {
    throw isKubernetesError(error) ? apiFailure(error, cluster.server, null) : error;
  }
}

/** A world without routes because none may be read is no answer. */
function refuseNothing(reaches: readonly Reach[], { cluster, why }: ApiSourceOptions, noun: string): void {
  const roots = reaches.filter(({ resource }) => resource.kind === 'HTTPProxy' || resource.kind === 'Ingress');
  if (roots.some(({ namespaces }) => namespaces === null || namespaces.length > 0)) return;
  const refusal = roots.find(({ refusal: each }) => each instanceof ApiError)?.refusal;
  const controller = why === null ? '' : `${why}, and `;
  const message = `no ${noun}: ${controller}HTTPProxies cannot be read: ${refusal?.message ?? 'they are forbidden'}`;
  const right = {
    verb: 'list',
    group: 'projectcontour.io',
    resource: 'httpproxies',
    namespace: cluster.namespace,
    name: null,
  };
  throw new CommandFailure(message, missingRight(right));
}

function sourceOf(
  { cluster, settings, why }: ApiSourceOptions,
  reaches: readonly Reach[],
  { secretsDeniedIn }: ApiWorld,
): ReportSource {
  const parts = reaches.filter(({ namespaces }) => namespaces !== null);
  const missing = parts.map(({ resource, namespaces }) =>
    namespaces?.length === 0 ? resource.plural : `${resource.plural} outside of ${namespaces?.join(', ')}`,
  );
  const secrets = secretsDeniedIn.size === 0 ? [] : [`secrets in ${[...secretsDeniedIn].sort().join(', ')}`];
  const isPartial = reaches.some(({ resource, namespaces }) => resource.kind === 'HTTPProxy' && namespaces !== null);
  return {
    from: 'api',
    version: pluginVersion(),
    cluster: cluster.server,
    context: cluster.context,
    namespaces: isPartial ? [cluster.namespace] : null,
    unread: [...missing, ...secrets, ...(settings.unread === null ? [] : [settings.unread])],
    why,
  };
}
