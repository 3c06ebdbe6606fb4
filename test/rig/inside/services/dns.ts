import { createSocket } from 'node:dgram';
import { dnsAddress } from '../../place.ts';
import type { Services } from './proxy.ts';
import { addressesOf, hasAddress } from './state.ts';

/** The one question of a message, as resolvers ask it. https://www.rfc-editor.org/rfc/rfc1035#section-4 */
interface Question {
  readonly labels: readonly string[];
  readonly type: number;
  /** Where the question ends. */
  readonly end: number;
}

const typeA = 1;
const typeAny = 255;
const noSuchName = 3;

function readQuestion(message: Buffer): Question {
  const labels: string[] = [];
  let at = 12;
  for (let length = message.readUInt8(at); length !== 0; length = message.readUInt8(at)) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length).toLowerCase());
    at += 1 + length;
  }
  return { labels, type: message.readUInt16BE(at + 1), end: at + 5 };
}

/** The addresses behind a name; null where there is no such name. https://github.com/kubernetes/dns/blob/master/docs/specification.md */
function lookUp(labels: readonly string[], services: Services): readonly string[] | null {
  if (labels.slice(-3).join('.') !== 'svc.cluster.local') return null;
  const names = labels.slice(0, -3);
  const [namespace, name, host] = names.toReversed();
  // A namespace alone is a name that has no address.
  if (namespace !== undefined && name === undefined) return [];
  const service = services.find(namespace ?? '', name ?? '');
  if (service === null || names.length > 3) return null;
  const slices = services.slices(service);
  if (host !== undefined) {
    const all = slices.flatMap(({ endpoints = [] }) => endpoints).filter(({ hostname }) => hostname === host);
    return all.length === 0 ? null : all.flatMap(({ addresses }) => addresses);
  }
  return hasAddress(service) ? [service.spec.clusterIP ?? ''] : addressesOf(slices);
}

function answer(message: Buffer, services: Services): Buffer {
  const { labels, type, end } = readQuestion(message);
  const found = lookUp(labels, services);
  const addresses = type === typeA || type === typeAny ? (found ?? []) : [];
  const head = Buffer.from(message.subarray(0, end));
  // An answer with authority, recursion as it was wanted.
  head.writeUInt16BE(0x8400 | (head.readUInt16BE(2) & 0x0100) | 0x0080 | (found === null ? noSuchName : 0), 2);
  [1, addresses.length, 0, 0].forEach((count, index) => head.writeUInt16BE(count, 4 + index * 2));
  const records = addresses.map((address) =>
    // A pointer to the name of the question, A, IN, five seconds, four bytes.
    Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 5, 0, 4, ...address.split('.').map(Number)]),
  );
  return Buffer.concat([head, ...records]);
}

/** The DNS of the cluster, for as long as this process lives: names of Services, and no others. */
export function serveNames(services: Services): Promise<void> {
  const socket = createSocket('udp4');
  socket.on('message', (message, { address, port }) => {
    try {
      socket.send(answer(message, services), port, address);
    } catch {
      // Not a question.
    }
  });
  return new Promise((done, fail) => {
    socket.once('error', fail).bind(53, dnsAddress, done);
  });
}
