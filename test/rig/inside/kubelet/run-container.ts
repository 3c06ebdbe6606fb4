import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../../../controller/fault.ts';
import { endContainer, type Running } from './container.ts';
import { handle, type HandlerPorts } from './handle.ts';
import type { Log } from './log-file.ts';
import type { Container, Probe } from './pod.ts';
import { type Finding, keepProbing } from './probe.ts';
import { type ContainerState, type Life, waiting } from './status.ts';

export interface RunContainer {
  readonly container: Container;
  readonly policy: 'Always' | 'OnFailure' | 'Never';
  readonly graceMs: number;
  readonly log: Log;
  readonly podIP: string;
  /** Rejects where it cannot be started. */
  readonly start: () => Promise<Running>;
  readonly exec: (running: Running, command: readonly string[], signal: AbortSignal) => Promise<number>;
  readonly show: (state: ContainerState) => void;
  /** Takes what is told as an Event. */
  readonly tell: (reason: string, message: string) => void;
  /** No more restarts. */
  readonly ending: AbortSignal;
}

/** A container over all its restarts. */
export interface ContainerRun {
  /** Resolves when it has started for the first time, by its startup probe where it has one. */
  readonly started: Promise<void>;
  /** The exit code of the last run; null where it was ended before it ran. */
  readonly ended: Promise<number | null>;
  /** Its process now; null where there is none. */
  running(): Running | null;
  /** Runs preStop, asks it to end, and ends it when the time is over. */
  stop(graceMs: number): Promise<void>;
}

const firstPauseMs = 250;
const longestPauseMs = 5_000;
const healthyMs = 10_000;

function now(): string {
  return `${new Date().toISOString().slice(0, -5)}Z`;
}

function terminated(code: number, since: string): Life {
  const reason = code === 0 ? 'Completed' : 'Error';
  return { type: 'terminated', exitCode: code, reason, since, until: now() };
}

function mustRestart(policy: RunContainer['policy'], code: number): boolean {
  return policy === 'Always' || (policy === 'OnFailure' && code !== 0);
}

/** Probes of one run of a container. Ends with `signal`. */
function probeRun(run: RunContainer, ports: HandlerPorts, tell: Tell, signal: AbortSignal): void {
  const { container } = run;
  const keep = (probe: Probe, isEager: boolean, take: (finding: Finding) => void): void =>
    void keepProbing({ probe, container, ports, tell: take, signal }, isEager);
  const afterStart = (): void => {
    tell.started();
    if (container.readinessProbe === undefined) tell.ready(true);
    else keep(container.readinessProbe, true, (finding) => tell.ready(finding.holds));
    if (container.livenessProbe !== undefined)
      keep(container.livenessProbe, false, (finding) => {
        if (!finding.holds) tell.dead(`Liveness probe failed: ${finding.reason}`);
      });
  };
  if (container.startupProbe === undefined) {
    afterStart();
    return;
  }
  const done = new AbortController();
  const stopped = AbortSignal.any([signal, done.signal]);
  const take = (finding: Finding): void => {
    if (done.signal.aborted) return;
    done.abort();
    if (finding.holds) afterStart();
    else tell.dead(`Startup probe failed: ${finding.reason}`);
  };
  void keepProbing({ probe: container.startupProbe, container, ports, tell: take, signal: stopped }, true);
}

interface Tell {
  started(): void;
  ready(isReady: boolean): void;
  dead(reason: string): void;
}

export function runContainer(run: RunContainer): ContainerRun {
  const { container, policy, log, show, ending } = run;
  const started = Promise.withResolvers<void>();
  let state = waiting;
  let starting: Promise<Running> | null = null;
  let running: Running | null = null;
  const set = (change: Partial<ContainerState>): void => {
    state = { ...state, ...change };
    show(state);
  };
  const portsOf = (process: Running): HandlerPorts => ({
    podIP: run.podIP,
    exec: (command, signal) => run.exec(process, command, signal),
  });

  async function stop(graceMs: number): Promise<void> {
    await starting?.catch(() => {});
    const process = running;
    if (process === null) return;
    const began = performance.now();
    const preStop = container.lifecycle?.preStop;
    if (preStop !== undefined) {
      const late = AbortSignal.timeout(graceMs);
      await Promise.race([
        process.ended,
        handle(preStop, container, portsOf(process), late).catch((error: unknown) => {
          run.tell('FailedPreStopHook', messageOf(error));
        }),
      ]);
    }
    // A kubelet gives two more seconds where preStop has used up everything.
    await endContainer(process, Math.max(graceMs - (performance.now() - began), graceMs === 0 ? 0 : 2_000));
  }

  /** One run, from its start to its end. */
  async function once(): Promise<number> {
    starting = run.start().then((process) => (running = process));
    const process = await starting;
    const since = now();
    const over = new AbortController();
    set({ life: { type: 'running', since }, isReady: false, isStarted: false, pid: process.pid });
    const tell: Tell = {
      started() {
        set({ isStarted: true });
        started.resolve();
      },
      ready: (isReady) => {
        if (state.isReady !== isReady) set({ isReady });
      },
      dead(reason) {
        run.tell('Unhealthy', reason);
        over.abort();
        void stop(run.graceMs);
      },
    };
    const postStart = container.lifecycle?.postStart;
    if (postStart !== undefined)
      await handle(postStart, container, portsOf(process), over.signal).catch((error: unknown) =>
        tell.dead(messageOf(error)),
      );
    probeRun(run, portsOf(process), tell, over.signal);
    const code = await process.ended;
    log.finish();
    over.abort();
    running = null;
    set({ life: terminated(code, since), isReady: false, isStarted: false });
    return code;
  }

  async function live(): Promise<number | null> {
    let pause = 0;
    let code: number | null = null;
    while (!ending.aborted) {
      const began = performance.now();
      try {
        code = await once();
        if (!mustRestart(policy, code)) return code;
      } catch (error) {
        set({ life: { type: 'waiting', reason: 'CreateContainerError', message: messageOf(error) } });
      }
      if (ending.aborted) return code;
      // As a kubelet, at once the first time; later with pauses that grow, only shorter.
      pause = performance.now() - began > healthyMs ? 0 : Math.min(pause * 2, longestPauseMs);
      if (pause > 0 && state.life.type === 'terminated')
        set({ life: { type: 'waiting', reason: 'CrashLoopBackOff' }, last: state.life });
      await sleep(pause, undefined, { signal: ending }).catch(() => {});
      pause = Math.max(pause, firstPauseMs);
      if (ending.aborted) return code;
      if (state.life.type === 'terminated') set({ last: state.life });
      if (code !== null) {
        log.turn();
        set({ restarts: state.restarts + 1 });
      }
    }
    return code;
  }

  return { started: started.promise, ended: live(), running: () => running, stop };
}
