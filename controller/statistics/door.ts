import { get, type IncomingMessage } from 'node:http';
import { codeOf, Fault, messageOf } from '../fault.ts';

/** Where an Envoy tells what it has counted. */
export type StatisticsDoor = { readonly socketPath: string } | { readonly host: string; readonly port: number };

export function doorName(door: StatisticsDoor): string {
  if ('socketPath' in door) return door.socketPath;
  return door.host.includes(':') ? `[${door.host}]:${door.port}` : `${door.host}:${door.port}`;
}

/** Sixteen names are some 100 kB. */
const longestAnswer = 4 * 1024 * 1024;

const answerMs = 3_000;

/**
 * The body of a page. Rejects with a Fault whose message goes on after the name of the Envoy, whatever happened: an Envoy
 * that cannot be asked is no reason for anything else to stop.
 */
export function askDoor(door: StatisticsDoor, path: string, ended: AbortSignal): Promise<string> {
  const signal = AbortSignal.any([ended, AbortSignal.timeout(answerMs)]);
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => reject(faultOf(door, error, signal));
    const sent = get({ ...door, path, agent: false, signal, headers: { host: 'envoy' } }, (response) => {
      read(response).then(resolve, fail);
    });
    sent.on('error', fail);
  });
}

async function read(response: IncomingMessage): Promise<string> {
  if (response.statusCode !== 200) {
    response.destroy();
    throw new Fault(`answers with status ${response.statusCode}`);
  }
  response.setEncoding('utf8');
  let text = '';
  for await (const piece of response) {
    text += piece as string;
    if (text.length > longestAnswer) throw new Fault('answers with more than it was asked for');
  }
  return text;
}

function faultOf(door: StatisticsDoor, error: unknown, signal: AbortSignal): Fault {
  if (error instanceof Fault) return error;
  const where = `at ${doorName(door)}`;
  if (signal.aborted) return new Fault(`does not tell its statistics in time ${where}`, { cause: error });
  const why = codeOf(error) === 'ECONNREFUSED' ? 'nobody listens' : messageOf(error);
  return new Fault(`cannot be asked for its statistics ${where}: ${why}`, { cause: error });
}
