import type { Container, Pod } from './pod.ts';

/** Where a container is in its life. Times are RFC 3339. */
export type Life =
  | { readonly type: 'waiting'; readonly reason: string; readonly message?: string }
  | { readonly type: 'running'; readonly since: string }
  | {
      readonly type: 'terminated';
      readonly exitCode: number;
      readonly reason: 'Completed' | 'Error';
      readonly since: string;
      readonly until: string;
    };

export interface ContainerState {
  readonly life: Life;
  readonly last: Life | null;
  readonly restarts: number;
  readonly isReady: boolean;
  readonly isStarted: boolean;
  /** Of the first process, in the rig. Zero before there is one. */
  readonly pid: number;
}

export const waiting: ContainerState = {
  life: { type: 'waiting', reason: 'PodInitializing' },
  last: null,
  restarts: 0,
  isReady: false,
  isStarted: false,
  pid: 0,
};

/** What is known of a Pod that runs here. Containers are by name, init containers among them. */
export interface PodState {
  readonly containers: ReadonlyMap<string, ContainerState>;
  readonly isInitialized: boolean;
  readonly podIP: string;
  readonly hostIP: string;
  readonly since: string;
}

type Phase = 'Pending' | 'Running' | 'Succeeded' | 'Failed';

function writtenLife(life: Life, pid: number): object {
  switch (life.type) {
    case 'waiting':
      return { waiting: { reason: life.reason, message: life.message } };
    case 'running':
      return { running: { startedAt: life.since } };
    case 'terminated': {
      const { exitCode, reason, since, until } = life;
      const times = { startedAt: since, finishedAt: until };
      return { terminated: { exitCode, reason, ...times, containerID: `rig://${pid}` } };
    }
  }
}

function containerStatus({ name, image }: Container, state: ContainerState, isInit: boolean): object {
  const { life, last, restarts, isReady, isStarted, pid } = state;
  const isDone = life.type === 'terminated' && life.exitCode === 0;
  return {
    name,
    image,
    imageID: image,
    ...(pid === 0 ? {} : { containerID: `rig://${pid}` }),
    restartCount: restarts,
    ready: isReady || (isInit && isDone),
    started: isStarted,
    state: writtenLife(life, pid),
    lastState: last === null ? {} : writtenLife(last, pid),
  };
}

/** https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-phase */
function phaseOf({ spec }: Pod, { containers, isInitialized }: PodState): Phase {
  const states = spec.containers.map(({ name }) => containers.get(name) ?? waiting);
  const failedInit = (spec.initContainers ?? []).some(({ name, restartPolicy }) => {
    const life = containers.get(name)?.life;
    const hasFailed = life?.type === 'terminated' && life.exitCode !== 0;
    return restartPolicy !== 'Always' && spec.restartPolicy === 'Never' && hasFailed;
  });
  if (failedInit) return 'Failed';
  const hasBegun = (state: ContainerState): boolean => state.life.type !== 'waiting' || state.last !== null;
  if (!isInitialized || !states.every(hasBegun)) return 'Pending';
  const ends = states.map(({ life }) => (life.type === 'terminated' ? life.exitCode : null));
  const isOver = ends.every((code) => code !== null && (spec.restartPolicy === 'Never' || code === 0));
  if (!isOver || spec.restartPolicy === 'Always') return 'Running';
  return ends.every((code) => code === 0) ? 'Succeeded' : 'Failed';
}

function condition(type: string, holds: boolean, reason: string): object {
  return holds ? { type, status: 'True', reason: null } : { type, status: 'False', reason };
}

interface PodStatus {
  readonly conditions: readonly object[];
  readonly [field: string]: unknown;
}

/** The status that the Pod gets. Times of conditions are filled in by whoever writes it. */
export function statusOf(pod: Pod, state: PodState): PodStatus {
  const of = (container: Container): ContainerState => state.containers.get(container.name) ?? waiting;
  const phase = phaseOf(pod, state);
  const isDone = phase === 'Succeeded' || phase === 'Failed';
  const sidecars = (pod.spec.initContainers ?? []).filter((container) => container.restartPolicy === 'Always');
  const areReady = !isDone && [...pod.spec.containers, ...sidecars].every((container) => of(container).isReady);
  const notReady = isDone ? 'PodCompleted' : 'ContainersNotReady';
  return {
    phase,
    conditions: [
      condition('PodReadyToStartContainers', state.podIP !== '' && !isDone, 'NoNetwork'),
      condition('Initialized', state.isInitialized, 'ContainersNotInitialized'),
      condition('ContainersReady', areReady, notReady),
      condition('Ready', areReady, notReady),
    ],
    hostIP: state.hostIP,
    hostIPs: [{ ip: state.hostIP }],
    ...(state.podIP === '' ? {} : { podIP: state.podIP, podIPs: [{ ip: state.podIP }] }),
    startTime: state.since,
    initContainerStatuses: (pod.spec.initContainers ?? []).map((item) => containerStatus(item, of(item), true)),
    containerStatuses: pod.spec.containers.map((item) => containerStatus(item, of(item), false)),
  };
}
