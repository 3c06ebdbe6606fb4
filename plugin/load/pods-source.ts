import { CommandFailure } from '../failure.ts';
import type { ReportHead } from '../report.ts';
import type { Question, Source } from '../source.ts';
import type { Cluster } from './cluster.ts';
import { askController, followController } from './controller.ts';
import { type Endpoint, HttpFailure } from './http.ts';
import type { ControllerPod } from './pods.ts';
import { createPauses } from './reconnect.ts';
import { selectObjects } from './select-objects.ts';

type Pods = readonly [ControllerPod, ...ControllerPod[]];

export interface PodsSourceOptions {
  readonly cluster: Cluster;
  /** Looked for again when one of them is lost. Rejects with CommandFailure where there is none. */
  readonly find: () => Promise<Pods>;
  readonly warn: (message: string) => void;
}

/** None of the controllers answers: why the first of them does not. */
export class NoControllerAnswers extends Error {
  override readonly name = 'NoControllerAnswers';
  readonly pod: ControllerPod;
  readonly failure: HttpFailure | CommandFailure;

  constructor(pod: ControllerPod, failure: HttpFailure | CommandFailure) {
    super(`the controller ${nameOf(pod)} ${failure.message}`, { cause: failure });
    this.pod = pod;
    this.failure = failure;
  }
}

/** Controllers in Pods, each asked through the API server. Rejects with NoControllerAnswers where none answers. */
export function podsSource({ cluster, find, warn }: PodsSourceOptions): Source {
  return {
    defaultNamespace: cluster.namespace,
    select: (selector, signal) => selectObjects(cluster, selector, signal),
    async ask(question) {
      return ask(cluster, await find(), question, warn);
    },
    async follow(question, sink, tell, signal) {
      const pauses = createPauses(signal);
      const hear = (report: Parameters<typeof sink>[0]): void => {
        pauses.reset();
        sink(report);
      };
      // Tells at first whether anybody answers.
      let pods: readonly ControllerPod[] = await find();
      hear(await ask(cluster, pods as Pods, question, tell));
      while (!signal.aborted) {
        const end = await followAll(cluster, pods, question, signal, hear);
        if (signal.aborted) return;
        tell(`${end}; looking for the controllers again.`);
        await pauses.next();
        pods = await found(find, signal, tell);
      }
    },
    close: () => cluster.close(),
  };
}

function nameOf({ namespace, name }: ControllerPod): string {
  return `${namespace}/${name}`;
}

function endpointOf({ dial }: Cluster, pod: ControllerPod): Endpoint {
  const { namespace, name, debugPort } = pod;
  return {
    url: new URL(`http://localhost:${debugPort}/`),
    name: nameOf(pod),
    dial: (signal) => dial({ namespace, pod: name, port: debugPort }, signal),
  };
}

async function ask<Report extends ReportHead>(
  cluster: Cluster,
  pods: Pods,
  question: Question<Report>,
  warn: (message: string) => void,
): Promise<Report> {
  const asked = await Promise.all(pods.map((pod) => answerOf(cluster, pod, question)));
  const reports = asked.flatMap((answer) => (answer instanceof Error ? [] : [answer]));
  const [first, ...others] = reports;
  const failures = asked.flatMap((answer) => (answer instanceof NoControllerAnswers ? [answer] : []));
  if (first === undefined) throw failures[0] ?? new CommandFailure('no controller was asked');
  for (const { message } of failures) warn(`${message}; its Envoys are not counted.`);
  return merged(question, [first, ...others]);
}

async function answerOf<Report extends ReportHead>(
  cluster: Cluster,
  pod: ControllerPod,
  question: Question<Report>,
): Promise<Report | NoControllerAnswers> {
  try {
    return await askController(endpointOf(cluster, pod), question);
  } catch (error) {
    if (error instanceof HttpFailure || error instanceof CommandFailure) return new NoControllerAnswers(pod, error);
    throw error;
  }
}

function merged<Report extends ReportHead>(
  question: Question<Report>,
  reports: readonly [Report, ...Report[]],
): Report {
  const report = question.merge?.(reports) ?? reports[0];
  if (report.source.from !== 'controller') return report;
  const pods = reports.flatMap(({ source }) => (source.from === 'controller' ? (source.pods ?? []) : []));
  return { ...report, source: { ...report.source, pods } };
}

/** Until the first of them is lost; resolves with what happened, as a plain sentence. */
async function followAll<Report extends ReportHead>(
  cluster: Cluster,
  pods: readonly ControllerPod[],
  question: Question<Report>,
  signal: AbortSignal,
  sink: (report: Report) => void,
): Promise<string> {
  const lost = new AbortController();
  const latest = new Map<ControllerPod, Report>();
  const show = (): void => {
    const [first, ...others] = pods.flatMap((pod) => latest.get(pod) ?? []);
    if (first !== undefined && latest.size === pods.length) sink(merged(question, [first, ...others]));
  };
  const ended = AbortSignal.any([signal, lost.signal]);
  let why = 'there is no controller that is ready';
  const follow = async (pod: ControllerPod): Promise<void> => {
    const end = await followController(endpointOf(cluster, pod), question, ended, (report) => {
      latest.set(pod, report);
      show();
    });
    if (!ended.aborted) why = `the controller ${nameOf(pod)} ${end.message}`;
    lost.abort();
  };
  await Promise.all(pods.map(follow));
  return why;
}

/** Nobody, for now, where they cannot be found: that may pass. */
async function found(
  find: () => Promise<Pods>,
  signal: AbortSignal,
  tell: (message: string) => void,
): Promise<readonly ControllerPod[]> {
  try {
    return await find();
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    if (!signal.aborted) tell(error.message);
    return [];
  }
}
