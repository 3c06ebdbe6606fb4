import type { JsonObject } from '../../../files/edit/json-patch.ts';
import type { canaryRunSpec } from '../../command-line/canary-specs.ts';
import type { ServicePort } from '../../../routing/traffic-item.ts';
import { CommandFailure } from '../../failure.ts';
import type { Io } from '../../io.ts';
import { countTraffic, type TrafficCounter } from '../../load/count-traffic.ts';
import { openSource } from '../../load/open-source.ts';
import type { Judge } from '../../services/canary/drive.ts';
import { type Guards, guardsOf, judge } from '../../services/canary/guards.ts';
import { routesOf, serviceAt, serviceLabel, type ServiceRef } from '../../services/canary/proxy.ts';
import { recordOf } from '../../services/canary/record.ts';
import { isProblem } from '../../services/change/problem.ts';
import { countedSince } from '../../services/traffic/tally.ts';
import { countedPorts } from '../../services/traffic/traffic-question.ts';
import { orFail } from '../change/fail.ts';
import { timeOf } from '../change/options.ts';
import type { CommandInput } from '../command.ts';
import { filled } from '../scope.ts';
import { namespaceIn, type Session } from './session.ts';

type Flags = CommandInput<typeof canaryRunSpec>['flags'];

/** Null where none is asked for. Throws CommandFailure that names the flag. */
export function guardsIn(flags: Flags, command: string, io: Io): Guards | null {
  const maxP99 = filled(flags['max-p99']);
  const written = {
    max5xx: filled(flags['max-5xx']),
    maxP99: maxP99 === null ? null : timeOf('--max-p99', maxP99, command, io),
    minRequests: filled(flags['min-requests']),
  };
  const guards = guardsOf(written);
  return guards === null ? null : orFail<Guards>(guards);
}

interface Judged {
  readonly flags: Flags;
  readonly io: Io;
  readonly session: Session;
  readonly to: ServiceRef | null;
  /** The object before the first step. Rejects with CommandFailure. */
  find(): Promise<JsonObject>;
  /** The object after the last step. */
  current(): JsonObject | null;
}

interface Watched {
  readonly judge: Judge;
  close(): Promise<void>;
}

/** Counts from now on. Rejects with CommandFailure where nobody counts, before anything was changed. */
export async function openJudge(guards: Guards, judged: Judged): Promise<Watched> {
  const { session, to } = judged;
  const first = await judged.find();
  const namespace = namespaceIn(session, first);
  const counter = await openCounter(judged, countedPorts(namespace, canariesOf(first, to)));
  let begin = counter.tally();
  return {
    judge: {
      begin: () => void (begin = counter.tally()),
      verdict() {
        const [service = ''] = canariesOf(judged.current() ?? first, null);
        const verdict = judge(guards, countedSince(begin, counter.tally(), `${namespace}/${service}`));
        const fault = counter.fault();
        return verdict.type === 'stay' && fault !== null
          ? { type: 'stay', reason: `${verdict.reason} (${fault})` }
          : verdict;
      },
    },
    close: counter.stop,
  };
}

async function openCounter({ flags, io }: Judged, ports: readonly ServicePort[]): Promise<TrafficCounter> {
  const need = { command: 'canary run', watch: true, from: 'controller' } as const;
  try {
    return await countTraffic(await openSource({ ...flags, filename: [], closed: false }, io, need), ports);
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    const message = `--max-5xx and --max-p99 need what the Envoys count, and ${error.message}`;
    throw new CommandFailure(message, [...error.hints, 'Nothing was changed.'], { cause: error });
  }
}

/** What may be the canary: the service of `to` with each port that its routes have, else that on record. */
function canariesOf(proxy: JsonObject, to: ServiceRef | null): readonly string[] {
  const groups = routesOf(proxy).map(({ group }) => group);
  if (to !== null) {
    const ports = to.port === null ? groups.flat().map(({ port }) => port) : [to.port];
    return [...new Set(ports)].map((port) => serviceLabel({ name: to.name, port }));
  }
  const record = recordOf(proxy);
  if (record === null || isProblem(record)) return [];
  const canaries = groups.flatMap((group) => serviceAt(record.canary ?? '', group) ?? []);
  return [...new Set(canaries.map(serviceLabel))];
}
