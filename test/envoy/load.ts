import { Agent, get } from 'node:http';
import https from 'node:https';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

export interface LoadQuestion {
  readonly host: string;
  readonly path?: string;
  /** Whether this is one of the right answers. `service` is what the echo says, or null. */
  right(status: number, service: string | null): boolean;
}

export interface LoadTally {
  readonly requests: number;
  /** What went wrong, in words. */
  readonly failures: readonly string[];
  /** Connections that did not last until the end. */
  readonly cut: number;
}

export interface LoadOptions {
  /** Kept connections. */
  readonly lanes?: number;
  /** The name that handshakes ask for; plain HTTP without. */
  readonly servername?: string;
  /** Of each lane between an answer and the next request, in ms. */
  readonly pauseMs?: number;
}

/** Asks without a pause until it is stopped. */
export function startLoad(
  port: number,
  next: () => LoadQuestion,
  { lanes = 2, servername, pauseMs = 0 }: LoadOptions = {},
): { stop(): Promise<LoadTally> } {
  const stop = new AbortController();
  const kept = { keepAlive: true, maxSockets: 1 };
  const agents = Array.from({ length: lanes }, () =>
    servername === undefined ? new Agent(kept) : new https.Agent({ ...kept, servername, rejectUnauthorized: false }),
  );
  const running = agents.map((agent) => runLane({ port, agent, pauseMs, next, stop: stop.signal }));
  return {
    async stop() {
      stop.abort();
      const tallies = await Promise.all(running);
      return {
        requests: tallies.reduce((sum, { requests }) => sum + requests, 0),
        failures: tallies.flatMap(({ failures }) => failures),
        cut: tallies.reduce((sum, { cut }) => sum + cut, 0),
      };
    },
  };
}

interface Lane {
  readonly port: number;
  readonly agent: Agent;
  readonly stop: AbortSignal;
  readonly pauseMs: number;
  next(): LoadQuestion;
}

async function runLane({ port, agent, pauseMs, next, stop }: Lane): Promise<LoadTally> {
  const failures: string[] = [];
  let requests = 0;
  let sockets = 0;
  while (!stop.aborted) {
    const question = next();
    requests += 1;
    const failure = await askOnce(port, question, agent, () => (sockets += 1));
    if (failure !== null) failures.push(`${question.host}${question.path ?? '/'}: ${failure}`);
    if (pauseMs > 0) await sleep(pauseMs, undefined, { signal: stop }).catch(() => {});
  }
  agent.destroy();
  return { requests, failures, cut: sockets - 1 };
}

/** Null for a right answer. */
function askOnce(port: number, question: LoadQuestion, agent: Agent, onSocket: () => void): Promise<string | null> {
  const { host, path = '/', right } = question;
  return new Promise((resolve) => {
    const options = { agent, host: '127.0.0.1', port, path, headers: { host }, timeout: 10_000 };
    const request = (agent instanceof https.Agent ? https.get : get)(options, (response) => {
      text(response).then(
        (body) => {
          const status = response.statusCode ?? 0;
          const isEcho = response.headers['content-type'] === 'application/json';
          const service = isEcho ? (JSON.parse(body) as { service: string }).service : null;
          resolve(right(status, service) ? null : `${status} ${service ?? body}`);
        },
        (error: unknown) => resolve(String(error)),
      );
    });
    request.on('socket', () => {
      if (!request.reusedSocket) onSocket();
    });
    request.on('timeout', () => request.destroy(new Error('no answer')));
    request.on('error', (error) => resolve(String(error)));
  });
}
