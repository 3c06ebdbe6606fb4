import type { JsonObject } from '../../../files/edit/json-patch.ts';
import type { WatchFlags } from '../../command-line/canary-watch-spec.ts';
import type { ConnectionFlags } from '../../command-line/connection-flags.ts';
import type { Io } from '../../io.ts';
import type { CanaryFeed } from '../../load/follow-canary.ts';
import { trafficFrom } from '../../load/follow-traffic.ts';
import { openSource } from '../../load/open-source.ts';
import type { Viewpoint } from '../../services/canary-watch/moment.ts';
import { subjectOf } from '../../services/canary-watch/subject.ts';
import { rowsQuestion } from '../../services/change/live.ts';
import { nameOf } from '../../services/change/object-name.ts';
import { isProblem } from '../../services/change/problem.ts';
import type { Source } from '../../source.ts';
import { placeWords } from '../change/place-words.ts';
import { filled } from '../scope.ts';
import { serviceOf } from './job.ts';
import { authorOf, namespaceIn, type Session } from './session.ts';

/** One canary to be watched. */
export interface WatchJob {
  readonly flags: WatchFlags & ConnectionFlags;
  readonly session: Extract<Session, { readonly type: 'cluster' }>;
  readonly proxy: JsonObject;
  readonly view: Viewpoint;
  readonly io: Io;
}

/** What of the object is meant, and by whom. Rejects with CommandFailure. */
export async function viewOf(
  flags: WatchJob['flags'],
  session: WatchJob['session'],
  proxy: JsonObject,
  io: Io,
): Promise<Viewpoint> {
  const choice = { route: filled(flags.route), allRoutes: flags['all-routes'], to: serviceOf('--to', flags.to) };
  const context = {
    ...(await authorOf(session, io)),
    command: `${io.program} canary${placeWords(flags)}`,
    name: nameOf(proxy),
    remember: true,
  };
  return { choice, context, namespace: namespaceIn(session, proxy) };
}

export function openRoutes({ flags, io }: Pick<WatchJob, 'flags' | 'io'>): Promise<Source> {
  return openSource({ ...flags, filename: [], closed: false }, io, { command: 'canary watch', watch: true });
}

/** Nobody but controllers knows what Envoys count. */
function openCounts({ flags, io }: WatchJob): Promise<Source> {
  const need = { command: 'canary watch', watch: true, from: 'controller' } as const;
  return openSource({ ...flags, filename: [], closed: false }, io, need);
}

export function feedOf(job: WatchJob): CanaryFeed {
  const { session, proxy, view } = job;
  const subject = subjectOf(proxy, view.choice, view.context);
  const services = isProblem(subject) ? [] : subject.services.map(({ service }) => service);
  return {
    cluster: session.cluster,
    namespace: view.namespace,
    name: nameOf(proxy),
    openSource: () => openRoutes(job),
    question: rowsQuestion(proxy, view.namespace),
    followTraffic: trafficFrom(
      () => openCounts(job),
      () => performance.now(),
    ),
    trafficQuery: { namespace: view.namespace, services },
  };
}
