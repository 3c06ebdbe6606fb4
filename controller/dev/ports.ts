import { connect, createServer } from 'node:net';
import { codeOf, Fault, messageOf } from '../fault.ts';

export interface NamedPort {
  readonly name: string;
  readonly port: number;
  /** What sets it, as the person knows it: `--http-port`. */
  readonly setting: string;
}

/** True where somebody takes connections there. */
export function accepts(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: 1000 });
    const end = (answer: boolean) => (): void => {
      socket.destroy();
      done(answer);
    };
    socket.once('connect', end(true)).once('error', end(false)).once('timeout', end(false));
  });
}

function bindFault(port: number): Promise<Error | null> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', done);
    server.listen({ host: '127.0.0.1', port }, () => server.close(() => done(null)));
  });
}

async function checkOne({ name, port, setting }: NamedPort): Promise<void> {
  const fault = await bindFault(port);
  // Where the other one listens on every address, some systems still let us bind this one.
  const taken = codeOf(fault) === 'EADDRINUSE' || (fault === null && (await accepts(port)));
  if (taken)
    throw new Fault(
      `port ${port} (${name}) is already in use: stop what listens there or choose another with ${setting}`,
    );
  if (codeOf(fault) === 'EACCES')
    throw new Fault(
      `port ${port} (${name}) needs rights this user does not have: choose one above 1023 with ${setting}`,
    );
  if (fault !== null) throw new Fault(`port ${port} (${name}) cannot be used: ${messageOf(fault)}`);
}

/** Envoy shares ports in silence (SO_REUSEPORT), so they are tried before it starts. Throws a Fault that names the setting. */
export async function checkPorts(ports: readonly NamedPort[]): Promise<void> {
  for (const [index, each] of ports.entries()) {
    const twin = ports.slice(0, index).find(({ port }) => port === each.port);
    if (twin !== undefined) throw new Fault(`port ${each.port} is given twice, as ${twin.setting} and ${each.setting}`);
    await checkOne(each);
  }
}
