import { ApiError, isKubernetesError } from '../../kubernetes/errors.ts';
import type { SourceFlags } from '../command-line/source-flags.ts';
import { CommandFailure, helpHint, UsageFailure } from '../failure.ts';
import type { Io } from '../io.ts';
import type { Question, Source } from '../source.ts';
import type { ReportHead } from '../report.ts';
import { apiFailure, missingRight } from './api-failure.ts';
import type { Answerer } from './answerer.ts';
import { apiSource } from './api-source.ts';
import type { Cluster } from './cluster.ts';
import { settingsOf, untold } from './controller-settings.ts';
import { findControllers, type FoundControllers, namedControllers } from './find-controllers.ts';
import type { ControllerPod } from './pods.ts';
import { NoControllerAnswers, podsSource } from './pods-source.ts';
import { warnTo } from '../output/warning.ts';

/**
 * Who of a cluster answers: its controllers, or its objects compiled here. Rejects with CommandFailure where the one
 * that the flags want is not there.
 */
export async function clusterSource(
  cluster: Cluster,
  flags: SourceFlags,
  answerer: Answerer,
  command: string,
  io: Io,
): Promise<Source> {
  const warn = warnTo(io);
  const named = controllerName(flags, command, io);
  if (named !== null) {
    const find = () => readable(cluster, (signal) => namedControllers(cluster.client, named, signal));
    return controllersOnly(podsSource({ cluster, find, warn }));
  }
  if (answerer.type === 'envoy') {
    const { envoySource } = await import('./envoy-source.ts');
    return envoySource({ cluster, named: answerer.named, program: io.program, warn });
  }
  const look = () => readable(cluster, (signal) => findControllers(cluster.raw, cluster.namespace, signal));
  const found = await look();
  const find = afterFirst(found, look, command);
  if (answerer.type === 'controller') return controllersOnly(podsSource({ cluster, find, warn }));
  if (answerer.type === 'api') return objectsOf(cluster, found, null);
  if (found.type !== 'ours') return objectsOf(cluster, found, whyOf(found));
  return withFallback(podsSource({ cluster, find, warn }), (why) => objectsOf(cluster, found, why));
}

function controllerName(
  { controller, namespace: own }: SourceFlags,
  command: string,
  { program }: Io,
): { readonly namespace: string; readonly name: string } | null {
  if (!controller) return null;
  const [namespace = '', name = '', ...more] = controller.split('/');
  if (namespace !== '' && name !== '' && more.length === 0) return { namespace, name };
  const meant = own === undefined ? '' : `, such as ${own}/contour`;
  throw new UsageFailure(`--controller takes NAMESPACE/NAME${meant}, not "${controller}"`, helpHint(program, command));
}

async function readable<Result>(cluster: Cluster, ask: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  try {
    return await ask(new AbortController().signal);
  } catch (error) {
    throw isKubernetesError(error) ? apiFailure(error, cluster.server, null) : error;
  }
}

/** Who was found already is not looked for again at once. */
function afterFirst(
  first: FoundControllers,
  look: () => Promise<FoundControllers>,
  command: string,
): () => Promise<readonly [ControllerPod, ...ControllerPod[]]> {
  let next: FoundControllers | null = first;
  return async () => {
    const found = next ?? (await look());
    next = null;
    return podsOf(found, command);
  };
}

/** What a controller alone can tell. */
const notInObjects: readonly string[] = ['sync', 'version'];

function podsOf(found: FoundControllers, command: string): readonly [ControllerPod, ...ControllerPod[]] {
  if (found.type === 'ours') return found.pods;
  throw new CommandFailure(`no controller can be asked: ${whyOf(found)}`, [
    notInObjects.includes(command)
      ? 'Name one with --controller NAMESPACE/NAME.'
      : 'Name one with --controller NAMESPACE/NAME, or compile the objects here with --from=api.',
    ...(found.type === 'none' && found.missing !== null ? missingRight(found.missing) : []),
  ]);
}

function whyOf(found: Exclude<FoundControllers, { type: 'ours' }>): string {
  if (found.type === 'none') return found.why;
  return `${found.pod.namespace}/${found.pod.name} is Contour, which does not answer questions`;
}

/** The objects mean what the controller that serves them was told. */
async function objectsOf(cluster: Cluster, found: FoundControllers, why: string | null): Promise<Source> {
  const pod = found.type === 'ours' ? found.pods[0] : found.type === 'contour' ? found.pod : null;
  const settings = pod === null ? untold : await readable(cluster, (signal) => settingsOf(cluster.raw, pod, signal));
  return apiSource({ cluster, settings, why });
}

/** Who asks for controllers is told why they do not answer. */
function controllersOnly(source: Source): Source {
  const explained = async <Result>(noun: string, ask: () => Promise<Result>): Promise<Result> => {
    try {
      return await ask();
    } catch (error) {
      throw error instanceof NoControllerAnswers ? unanswered(noun, error) : error;
    }
  };
  return {
    ...source,
    ask: (question) => explained(question.noun, () => source.ask(question)),
    follow: (question, sink, warn, signal) =>
      explained(question.noun, () => source.follow(question, sink, warn, signal)),
  };
}

function unanswered(noun: string, { message, pod, failure }: NoControllerAnswers): CommandFailure {
  if (failure instanceof CommandFailure) return failure;
  const { cause } = failure;
  const isDenied = cause instanceof ApiError && cause.status === 403;
  const right = { verb: 'create', group: '', resource: 'pods/portforward', namespace: pod.namespace, name: null };
  return new CommandFailure(`no ${noun}: ${message}`, isDenied ? missingRight(right) : [], { cause: failure });
}

/** Where no controller answers, the objects do from then on. */
function withFallback(source: Source, fallback: (why: string) => Promise<Source>): Source {
  let other: Promise<Source> | null = null;
  const either = async <Result>(use: (chosen: Source) => Promise<Result>): Promise<Result> => {
    if (other !== null) return use(await other);
    try {
      return await use(source);
    } catch (error) {
      if (!(error instanceof NoControllerAnswers)) throw error;
      other ??= fallback(error.message);
      return use(await other);
    }
  };
  return {
    ...source,
    ask: <Report extends ReportHead>(question: Question<Report>) => either((chosen) => chosen.ask(question)),
    follow: (question, sink, warn, signal) => either((chosen) => chosen.follow(question, sink, warn, signal)),
  };
}
