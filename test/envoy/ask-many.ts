import type { Duplex } from 'node:stream';

export interface ManyAnswer {
  readonly status: number;
  readonly location: string | null;
  readonly body: string;
}

const connections = 16;

/** Sends HTTP/1.1 requests on a few connections, each used for as long as Envoy keeps it. Answers in their order. */
export async function askMany(
  open: () => Promise<Duplex>,
  requests: readonly string[],
): Promise<readonly ManyAnswer[]> {
  const answers: ManyAnswer[] = [];
  const waiting = requests.entries();
  async function work(): Promise<void> {
    let socket: Duplex | null = null;
    for (const [index, request] of waiting) {
      socket ??= await open();
      socket.write(request);
      const { last, ...answer } = await readAnswer(socket, request);
      answers[index] = answer;
      if (!last) continue;
      socket.destroy();
      socket = null;
    }
    socket?.destroy();
  }
  await Promise.all(Array.from({ length: Math.min(connections, requests.length) }, work));
  return answers;
}

interface Answered extends ManyAnswer {
  /** It is the last on its connection. */
  readonly last: boolean;
}

function readAnswer(socket: Duplex, request: string): Promise<Answered> {
  return new Promise((resolve, reject) => {
    let text = '';
    const fail = (): void => end(new Error(`no answer to ${JSON.stringify(request)}`));
    const timer = setTimeout(fail, 10_000);
    const end = (result: Answered | Error): void => {
      clearTimeout(timer);
      socket.off('data', hear).off('close', fail).off('error', fail);
      if (result instanceof Error) reject(result);
      else resolve(result);
    };
    const hear = (chunk: Buffer): void => {
      text += chunk.toString('latin1');
      const answer = parse(text);
      if (answer !== null) end(answer);
    };
    socket.on('data', hear).on('close', fail).on('error', fail);
  });
}

/** Null while it is not whole. */
function parse(text: string): Answered | null {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const head = text.slice(0, end);
  const body = text.slice(end + 4);
  if (body.length < Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0)) return null;
  const location = /^location: (.*)$/im.exec(head)?.[1] ?? null;
  return { status: Number(head.split(' ')[1]), location, body, last: /^connection: close$/im.test(head) };
}
