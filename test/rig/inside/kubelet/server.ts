import { readFileSync } from 'node:fs';
import https from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Server, Socket } from 'node:net';
import type { Kubelet } from './kubelet.ts';
import type { Log, LogLine } from './log-file.ts';

interface Files {
  readonly certificate: string;
  readonly key: string;
}

function wanted(parameters: URLSearchParams): (lines: readonly LogLine[]) => readonly LogLine[] {
  const tail = parameters.get('tailLines');
  const seconds = parameters.get('sinceSeconds');
  const since =
    seconds === null ? parameters.get('sinceTime') : new Date(Date.now() - Number(seconds) * 1000).toISOString();
  return (lines) => {
    const recent = since === null ? lines : lines.filter(({ time }) => time >= since);
    return tail === null ? recent : recent.slice(recent.length - Math.min(Number(tail), recent.length));
  };
}

function sendLog(log: Log, parameters: URLSearchParams, response: ServerResponse): void {
  const hasTimes = parameters.get('timestamps') === 'true';
  const write = ({ time, text }: LogLine): void => {
    response.write(hasTimes ? `${time} ${text}\n` : `${text}\n`);
  };
  response.writeHead(200, { 'content-type': 'text/plain' });
  response.flushHeaders();
  for (const line of wanted(parameters)(log.lines(parameters.get('previous') === 'true'))) write(line);
  if (parameters.get('follow') !== 'true') {
    response.end();
    return;
  }
  const forget = log.follow(write);
  response.once('close', forget);
}

function answer(kubelet: Kubelet, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '', 'https://kubelet');
  const [, verb, namespace = '', pod = '', container = ''] = url.pathname.split('/');
  const run = kubelet.find(namespace, pod);
  const log = verb === 'containerLogs' ? (run?.log(container) ?? null) : null;
  if (log !== null) sendLog(log, url.searchParams, response);
  else response.writeHead(404).end(`the rig runs no container ${container} in ${namespace}/${pod}\n`);
}

/** What the API server asks of a node, on connections that `listener` takes. */
export function serveKubelet(listener: Server, kubelet: Kubelet, files: Files): https.Server {
  const [cert, key] = [files.certificate, files.key].map((file) => readFileSync(file));
  const server = https.createServer({ cert, key }, (request, response) => answer(kubelet, request, response));
  listener.on('connection', (socket: Socket) => server.emit('connection', socket));
  return server;
}
