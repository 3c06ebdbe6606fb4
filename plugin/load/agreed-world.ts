import type { Endpoints, EndpointsKey, Graph, HostName } from '../../routing/graph/graph.ts';
import { CommandFailure } from '../failure.ts';
import type { ReportHead } from '../report.ts';
import type { LocalWorld, Question } from '../source.ts';
import { titleOf } from './find-envoys.ts';
import type { HeldEnvoy } from './read-envoy.ts';

/**
 * The world of Envoys that all answer a question alike. Throws CommandFailure where they do not; what nobody asks for may
 * differ.
 */
export function agreedWorld<Report extends ReportHead>(
  question: Question<Report>,
  held: readonly [HeldEnvoy, ...HeldEnvoy[]],
): LocalWorld {
  // Pods come and go, and Envoys learn of it one after the other: that makes no difference between their routes.
  const endpoints = agreedEndpoints(held.map(({ world }) => world.graph.endpoints));
  const worldOf = ({ world }: HeldEnvoy): LocalWorld => localWorld({ ...world.graph, endpoints });
  const answerOf = (world: LocalWorld): string => JSON.stringify(question.answer(world));
  const sides = Map.groupBy(held, (each) => answerOf(worldOf(each)));
  if (sides.size > 1) throw differing([...sides.values()], (each, host) => answerOf(onlyHost(worldOf(each), host)));
  return worldOf(held[0]);
}

function localWorld(graph: Graph): LocalWorld {
  return { graph, objects: new Map(), locate: () => null, programmed: () => null };
}

type EndpointSets = ReadonlyMap<EndpointsKey, Endpoints>;

/** What all agree about; of the rest nothing is known. */
function agreedEndpoints([first, ...others]: readonly EndpointSets[]): EndpointSets {
  const agreed = [...(first ?? [])].map(([key, endpoints]): readonly [EndpointsKey, Endpoints] => {
    const isSame = others.every((other) => sameEndpoints(other.get(key), endpoints));
    return [key, isSame ? endpoints : { key, ready: [], total: 0, known: false }];
  });
  return new Map(agreed);
}

function sameEndpoints(left: Endpoints | undefined, right: Endpoints): boolean {
  if (left === undefined || left.total !== right.total || left.ready.length !== right.ready.length) return false;
  const addresses = new Set(left.ready.map(({ address, port }) => `${address} ${port}`));
  return right.ready.every(({ address, port }) => addresses.has(`${address} ${port}`));
}

/** What an Envoy answers of one host. */
type HostAnswer = (held: HeldEnvoy, host: HostName) => string;

function differing(sides: readonly (readonly HeldEnvoy[])[], answerOf: HostAnswer): CommandFailure {
  const [one, ...others] = sides.flatMap(([first]) => (first === undefined ? [] : [first]));
  const hosts =
    one === undefined ? [] : [...new Set(others.flatMap((other) => hostsApart(one, other, answerOf)))].sort();
  const more = hosts.length > mostHosts ? ` and ${hosts.length - mostHosts} more` : '';
  const of = hosts.length === 0 ? '' : ` of ${hosts.slice(0, mostHosts).join(', ')}${more}`;
  const who = sides.map((side) => side.map(({ pod }) => titleOf(pod)).join(' and ')).join(', against ');
  return new CommandFailure(`the Envoys hold different routes${of}: ${who}`, [
    `Ask one of them:  --from=envoy=${one === undefined ? 'POD' : titleOf(one.pod)}`,
  ]);
}

const mostHosts = 3;

/** Those about which the question is, and of which they answer differently. */
function hostsApart(left: HeldEnvoy, right: HeldEnvoy, answerOf: HostAnswer): readonly HostName[] {
  const names = new Set([...left.world.graph.hosts.keys(), ...right.world.graph.hosts.keys()]);
  return [...names].filter((name) => answerOf(left, name) !== answerOf(right, name));
}

/** The others cost no time then: a host is answered once for itself. */
function onlyHost({ graph }: LocalWorld, name: HostName): LocalWorld {
  const host = graph.hosts.get(name);
  return localWorld({ ...graph, hosts: new Map(host === undefined ? [] : [[name, host]]) });
}
