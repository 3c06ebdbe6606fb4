import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

const longestRefusal = 64 * 1024;

/** `299 - "policy/v1beta1 is deprecated"`, as the API server writes it: a quoted string behind a code and an agent. */
export function warningsOf({ headersDistinct }: IncomingMessage): readonly string[] {
  return (headersDistinct['warning'] ?? []).flatMap((text) => {
    const quoted = /^299 \S+ "((?:[^"\\]|\\.)*)"/.exec(text)?.[1];
    return quoted === undefined ? [] : [quoted.replaceAll(/\\(.)/g, '$1')];
  });
}

/** Seconds, as the API server writes it. https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
export function retryAfterOf({ headers }: IncomingMessage): number | null {
  const seconds = headers['retry-after'] ?? '';
  return /^[0-9]{1,6}$/.test(seconds) ? Number(seconds) * 1000 : null;
}

/** What was sent, whether or not it came compressed. Its end is the end of the response, also where that is a fault. */
export function bodyOf(response: IncomingMessage): Readable {
  if (response.headers['content-encoding'] !== 'gzip') return response;
  const plain = createGunzip();
  response.once('error', (error) => plain.destroy(error));
  return response.pipe(plain);
}

/** The body of an answer that is no success, as JSON; null where it is none. */
export async function refusalOf(response: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of bodyOf(response) as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > longestRefusal) break;
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    return null;
  }
}
