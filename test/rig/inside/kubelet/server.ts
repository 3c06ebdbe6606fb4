import { readFileSync } from 'node:fs';
import https from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Kubelet } from './kubelet.ts';
import type { Log, LogLine } from './log-file.ts';

interface Files {
  readonly certificate: string;
  readonly key: string;
  /** The socket of the part that port-forwards and execs. */
  readonly streams: string;
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
  const forget = log.follow(write, () => response.end());
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

/** Hands a request to change protocols, and all that follows, to who speaks those. */
function handOver(request: IncomingMessage, outer: Duplex, head: Buffer, path: string): void {
  const inner = connect({ path, allowHalfOpen: true });
  const lines = [`${request.method} ${request.url} HTTP/1.1`];
  for (let at = 0; at < request.rawHeaders.length; at += 2)
    lines.push(`${request.rawHeaders[at]}: ${request.rawHeaders[at + 1]}`);
  inner.write(`${lines.join('\r\n')}\r\n\r\n`);
  inner.write(head);
  const broken = (): void => {
    outer.destroy();
    inner.destroy();
  };
  pipeline(outer, inner).catch(broken);
  pipeline(inner, outer).catch(broken);
}

/** What the API server asks of a node, on connections that `listener` takes. */
export function serveKubelet(listener: Server, kubelet: Kubelet, files: Files): void {
  const [cert, key] = [files.certificate, files.key].map((file) => readFileSync(file));
  const server = https.createServer({ cert, key }, (request, response) => answer(kubelet, request, response));
  server.on('upgrade', (request, socket, head) => handOver(request, socket, head, files.streams));
  listener.on('connection', (socket: Socket) => server.emit('connection', socket));
}
