import { once } from 'node:events';

/** The inspector of another Node. https://chromedevtools.github.io/devtools-protocol/v8/ */
export interface Inspector {
  send(method: string, params?: object): Promise<Readonly<Record<string, unknown>>>;
  onEvent(listener: (method: string, params: Readonly<Record<string, unknown>>) => void): void;
  close(): void;
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message: string };
}

/** What a Node prints that was started with `--inspect`. */
export function inspectorUrl(output: string): string {
  const found = /Debugger listening on (ws:\S+)/.exec(output)?.[1];
  if (found === undefined) throw new Error(`it has no inspector: ${output}`);
  return found;
}

export async function openInspector(url: string): Promise<Inspector> {
  const socket = new WebSocket(url);
  await once(socket, 'open');
  const waiting = new Map<number, PromiseWithResolvers<Readonly<Record<string, unknown>>>>();
  const listeners: Parameters<Inspector['onEvent']>[0][] = [];
  socket.addEventListener('message', ({ data }) => {
    const { id, method = '', params = {}, result = {}, error } = JSON.parse(String(data)) as Message;
    if (id === undefined) listeners.forEach((listener) => listener(method, params));
    else if (error === undefined) waiting.get(id)?.resolve(result);
    else waiting.get(id)?.reject(new Error(error.message));
    waiting.delete(id ?? 0);
  });
  let sent = 0;
  return {
    send(method, params = {}) {
      sent += 1;
      const answer = Promise.withResolvers<Readonly<Record<string, unknown>>>();
      waiting.set(sent, answer);
      socket.send(JSON.stringify({ id: sent, method, params }));
      return answer.promise;
    },
    onEvent: (listener) => void listeners.push(listener),
    close: () => socket.close(),
  };
}
