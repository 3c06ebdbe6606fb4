import { CommandFailure } from '../failure.ts';
import type { ReportHead, ReportSource } from '../report.ts';
import { localReport, type Question, type Source } from '../source.ts';
import { agreedWorld } from './agreed-world.ts';
import type { Cluster } from './cluster.ts';
import { type EnvoyPod, findEnvoys, type NamedEnvoy, titleOf } from './find-envoys.ts';
import { type HeldEnvoy, readEnvoy } from './read-envoy.ts';
import { selectObjects } from './select-objects.ts';

export interface EnvoySourceOptions {
  readonly cluster: Cluster;
  /** Null is all. */
  readonly named: NamedEnvoy | null;
  /** As people call this plugin. */
  readonly program: string;
  readonly warn: (message: string) => void;
}

const findMs = 10_000;
/** What Envoys tell of ten thousand hosts is much to have in memory at once, before it is read. */
const atOnce = 4;

/** What Envoys really hold, told by the same functions as what objects mean. They are asked once, at the first question. */
export function envoySource(options: EnvoySourceOptions): Source {
  const { cluster } = options;
  let held: Promise<readonly [HeldEnvoy, ...HeldEnvoy[]]> | null = null;
  return {
    defaultNamespace: cluster.namespace,
    select: (selector, signal) => selectObjects(cluster, selector, signal),
    async ask(question) {
      held ??= readAll(options, question);
      const envoys = await held;
      if (question.kind === 'Trace') for (const each of envoys) refuseForeign(each, options.program);
      return localReport(question, agreedWorld(question, envoys), sourceOf(envoys, cluster), []);
    },
    follow: () => Promise.reject(new CommandFailure('an Envoy does not say when its routes move')),
    close: () => cluster.close(),
  };
}

/** Those that answer; who does not is told to `warn`. Rejects with CommandFailure where none does. */
async function readAll<Report extends ReportHead>(
  { cluster, named, warn }: EnvoySourceOptions,
  { noun }: Question<Report>,
): Promise<readonly [HeldEnvoy, ...HeldEnvoy[]]> {
  const hint = 'Name one with --from=envoy=NAMESPACE/POD.';
  const pods = await findEnvoys(cluster, named, hint, AbortSignal.timeout(findMs));
  const held = new Map<EnvoyPod, HeldEnvoy>();
  const failures: CommandFailure[] = [];
  const left = [...pods];
  const work = async (): Promise<void> => {
    for (let pod = left.shift(); pod !== undefined; pod = left.shift()) {
      try {
        held.set(pod, await readEnvoy(cluster, pod));
      } catch (error) {
        if (!(error instanceof CommandFailure)) throw error;
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  const [first, ...others] = pods.flatMap((pod) => held.get(pod) ?? []);
  if (first === undefined)
    throw new CommandFailure(`no ${noun}: ${failures[0]?.message}`, failures[0]?.hints, { cause: failures[0] });
  for (const { message } of failures) warn(`${message}; it is not counted.`);
  return [first, ...others];
}

/** Routes are chosen here as this project's Envoys choose them, which is not quite how Contour's do. */
function refuseForeign({ pod, world }: HeldEnvoy, program: string): void {
  if (world.isOurs && world.unread.length === 0) return;
  const why = world.isOurs ? `holds what cannot be told here (${world.unread[0]})` : 'was told its routes by Contour';
  throw new CommandFailure(
    `the Envoy ${titleOf(pod)} ${why}, so what it would answer is not worked out here: send the request, with --send and without --from`,
    [`See what it holds:  ${program} routes --from=envoy=${titleOf(pod)}`],
  );
}

function sourceOf(held: readonly HeldEnvoy[], { server }: Cluster): ReportSource {
  return {
    from: 'envoy',
    version: [...new Set(held.map(({ version }) => version))].sort().join(', '),
    cluster: server,
    pods: held.map(({ pod }) => titleOf(pod)),
    unread: [...new Set(held.flatMap(({ world }) => world.unread))],
  };
}
