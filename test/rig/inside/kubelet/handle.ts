import http from 'node:http';
import https from 'node:https';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Container, type Handler, type HttpGet, portNumber } from './pod.ts';

export interface HandlerPorts {
  readonly podIP: string;
  /** Runs a command in the container and gives its exit code. */
  exec(command: readonly string[], signal: AbortSignal): Promise<number>;
}

function get(container: Container, { path = '/', port, host, scheme, httpHeaders = [] }: HttpGet, podIP: string) {
  return (signal: AbortSignal): Promise<void> =>
    new Promise((done, fail) => {
      const headers = {
        connection: 'close',
        ...Object.fromEntries(httpHeaders.map(({ name, value }) => [name, value])),
      };
      const place = { host: host ?? podIP, port: portNumber(container, port), path, headers, signal };
      const take = (response: http.IncomingMessage): void => {
        response.resume();
        const status = response.statusCode ?? 0;
        response.once('close', () => {
          if (status >= 200 && status < 400) done();
          else fail(new Error(`HTTP probe failed with statuscode: ${status}`));
        });
      };
      const request =
        scheme === 'HTTPS' ? https.get({ ...place, rejectUnauthorized: false }, take) : http.get(place, take);
      request.once('error', fail);
    });
}

function dial(host: string, port: number, signal: AbortSignal): Promise<void> {
  return new Promise((done, fail) => {
    const socket = connect({ host, port });
    signal.addEventListener('abort', () => socket.destroy(new Error('no answer in time')), { once: true });
    socket.once('connect', () => {
      socket.destroy();
      done();
    });
    socket.once('error', fail);
  });
}

/** Does what the handler says; rejects where it fails, or with `signal`. */
export async function handle(
  handler: Handler,
  container: Container,
  ports: HandlerPorts,
  signal: AbortSignal,
): Promise<void> {
  const { exec, httpGet, tcpSocket, sleep: pause } = handler;
  if (exec !== undefined) {
    const code = await ports.exec(exec.command, signal);
    if (code !== 0) throw new Error(`${exec.command.join(' ')} ended with ${code}`);
  } else if (httpGet !== undefined) await get(container, httpGet, ports.podIP)(signal);
  else if (tcpSocket !== undefined)
    await dial(tcpSocket.host ?? ports.podIP, portNumber(container, tcpSocket.port), signal);
  else if (pause !== undefined) await sleep(pause.seconds * 1000, undefined, { signal });
  else throw new Error(`container ${container.name} is asked in a way that the rig does not know`);
}
