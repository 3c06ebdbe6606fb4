import { mkdirSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { messageOf } from '../../../../controller/fault.ts';
import { nodeAddress } from '../../place.ts';
import { Refusal } from '../api.ts';
import { execWords, runWords } from './exec.ts';
import { postEvent } from './post-event.ts';
import { type Log, openLog } from './log-file.ts';
import type { Container, Pod } from './pod.ts';
import { type ContainerRun, runContainer } from './run-container.ts';
import { openSandbox, type PodPorts, type Sandbox, type Started, startIn } from './sandbox.ts';
import { type ContainerState, type PodState, waiting } from './status.ts';
import { createStatusWriter } from './write-status.ts';

/** A Pod that runs here. */
export interface PodRun {
  readonly pod: Pod;
  isReady(): boolean;
  /** Null before it has one. */
  address(): string | null;
  /** Opens a connection to a port of the Pod's loopback. Rejects where it is refused. */
  dial(port: number): Promise<Socket>;
  log(container: string): Log | null;
  /** The words that run a command in a container; null where that does not run. */
  exec(container: string, command: readonly string[]): readonly string[] | null;
  /** Something that a volume may be made from has changed. */
  refresh(): void;
  /** Ends it as a deletion does, and takes it from the API server. */
  end(graceSeconds: number): void;
  /** Ends it at once; resolves when nothing of it is left. */
  kill(): Promise<void>;
}

function second(): string {
  return `${new Date().toISOString().slice(0, 19)}Z`;
}

/** Does it once more after the calls that come while it is being done. What fails is tried with the next call. */
function serially(work: () => Promise<void>): () => void {
  let isBusy = false;
  let isWanted = false;
  const go = async (): Promise<void> => {
    while (isWanted) {
      isWanted = false;
      await work().catch(() => {});
    }
    isBusy = false;
  };
  return () => {
    isWanted = true;
    if (isBusy) return;
    isBusy = true;
    void Promise.resolve().then(go);
  };
}

interface Member {
  readonly container: Container;
  readonly log: Log;
  run: ContainerRun | null;
  started: Started | null;
}

/** Everything of a Pod that changes while it runs. */
function createPodState({ spec }: Pod, tell: (state: PodState) => void) {
  let state: PodState = {
    containers: new Map(),
    isInitialized: false,
    podIP: '',
    hostIP: nodeAddress,
    since: second(),
  };
  const set = (change: Partial<PodState>): void => {
    state = { ...state, ...change };
    tell(state);
  };
  return {
    set,
    show: (name: string, shown: ContainerState) => set({ containers: new Map([...state.containers, [name, shown]]) }),
    /** Says of all containers what they wait for. */
    wait(reason: string, message: string) {
      const shown: ContainerState = { ...waiting, life: { type: 'waiting', reason, message } };
      const all = [...(spec.initContainers ?? []), ...spec.containers];
      set({ containers: new Map(all.map(({ name }) => [name, shown])) });
    },
    isReady: () => spec.containers.every(({ name }) => state.containers.get(name)?.isReady === true),
  };
}

export function runPod(pod: Pod, ports: PodPorts, gone: () => void): PodRun {
  const { metadata, spec } = pod;
  const logs = join(ports.folder, 'logs', metadata.uid);
  mkdirSync(logs, { recursive: true });
  const ending = new AbortController();
  const writer = createStatusWriter(ports.api, pod);
  const state = createPodState(pod, (changed) => {
    writer.write(changed);
    ports.changed();
  });
  const all = [...(spec.initContainers ?? []), ...spec.containers];
  const members = new Map<string, Member>(
    all.map((container) => {
      return [container.name, { container, log: openLog(join(logs, container.name)), run: null, started: null }];
    }),
  );
  let sandbox: Sandbox | null = null;
  let grace = spec.terminationGracePeriodSeconds ?? 30;

  const place = ({ container, started }: Member) => ({
    pod,
    container,
    environment: started?.environment ?? new Map<string, string>(),
    hasUsers: ports.hasUsers,
  });

  function launch(box: Sandbox, container: Container, policy: 'Always' | 'OnFailure' | 'Never'): ContainerRun {
    const member = members.get(container.name) as Member;
    member.run = runContainer({
      container,
      policy,
      graceMs: grace * 1000,
      log: member.log,
      podIP: box.network.address,
      start: async () => (member.started = await startIn(box, container, member.log)).running,
      exec: (running, command, signal) => runWords(execWords(running, place(member), command), signal),
      tell: (reason, message) => void postEvent(ports.api, pod, reason, `${container.name}: ${message}`),
      show: (shown) => state.show(container.name, shown),
      ending: ending.signal,
    });
    return member.run;
  }

  /** False where one failed for good. */
  async function initialize(box: Sandbox): Promise<boolean> {
    const policy = spec.restartPolicy === 'Never' ? 'Never' : 'OnFailure';
    for (const container of spec.initContainers ?? []) {
      if (ending.signal.aborted) return false;
      if (container.restartPolicy === 'Always') {
        const run = launch(box, container, 'Always');
        await Promise.race([run.started, run.ended]);
      } else if ((await launch(box, container, policy).ended) !== 0) return false;
    }
    return !ending.signal.aborted;
  }

  async function stopAll(containers: readonly Container[]): Promise<void> {
    const runs = containers.map(({ name }) => members.get(name)?.run ?? null).filter((run) => run !== null);
    await Promise.all(runs.map((run) => run.stop(grace * 1000).then(() => run.ended)));
  }

  const sidecars = (spec.initContainers ?? []).filter((container) => container.restartPolicy === 'Always').toReversed();
  const inits = (spec.initContainers ?? []).filter((container) => container.restartPolicy !== 'Always');

  async function live(): Promise<void> {
    sandbox = await openSandbox(pod, ports, state.wait, ending.signal);
    if (sandbox === null) return;
    state.set({ podIP: sandbox.network.address });
    if (await initialize(sandbox)) {
      state.set({ isInitialized: true });
      const runs = spec.containers.map((container) => launch(sandbox as Sandbox, container, spec.restartPolicy));
      await Promise.all(runs.map((run) => run.ended));
    }
    // Here every container has ended for good, or is told to.
    ending.abort();
    await stopAll([...inits, ...spec.containers]);
    for (const sidecar of sidecars) await stopAll([sidecar]);
    const box = sandbox;
    sandbox = null;
    ports.changed();
    await box.close();
  }

  const lived = live().catch((error: unknown) => state.wait('RigFailed', messageOf(error)));

  async function takeAway(): Promise<void> {
    const path = `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}`;
    const body = { gracePeriodSeconds: 0, preconditions: { uid: metadata.uid } };
    await ports.api.delete(path, body).catch((error: unknown) => {
      if (!(error instanceof Refusal && [404, 409].includes(error.status))) throw error;
    });
  }

  /** Ends what runs: its end is what `live` waits for. */
  async function endAll(): Promise<void> {
    ending.abort();
    await stopAll([...inits, ...spec.containers]);
    await lived;
  }

  async function endAndTakeAway(): Promise<void> {
    await endAll();
    await writer.idle();
    while (
      await takeAway().then(
        () => false,
        () => true,
      )
    )
      await new Promise((done) => setTimeout(done, 200));
    gone();
  }

  const refresh = serially(async () => {
    if (!ending.signal.aborted) await sandbox?.volumes.refresh();
  });

  let isEnding = false;
  return {
    pod,
    isReady: state.isReady,
    address: () => sandbox?.network.address ?? null,
    async dial(port) {
      if (sandbox === null) throw new Error(`the Pod ${metadata.name} has no network yet`);
      return ports.loopbacks.dial(sandbox.network, port);
    },
    log: (name) => members.get(name)?.log ?? null,
    exec(name, command) {
      const member = members.get(name);
      const running = member?.run?.running() ?? null;
      return member === undefined || running === null ? null : execWords(running, place(member), command);
    },
    refresh,
    end(graceSeconds) {
      grace = Math.min(grace, graceSeconds);
      if (isEnding) return;
      isEnding = true;
      void endAndTakeAway();
    },
    async kill() {
      isEnding = true;
      grace = 0;
      await endAll();
      gone();
    },
  };
}
