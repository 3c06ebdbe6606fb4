import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate as turn } from 'node:timers/promises';
import type { Answer } from './answer.ts';

const pieceLength = 64 * 1024;
const json = 'application/json; charset=utf-8';

/** Pieces of one JSON document. Between two of them the event loop serves others: Envoys come first. */
async function* reportPieces(head: object, items: Iterable<object>): AsyncGenerator<string> {
  let piece = `${JSON.stringify(head).slice(0, -1)},"items":[`;
  let separator = '';
  for (const item of items) {
    piece += separator + JSON.stringify(item);
    separator = ',';
    if (piece.length < pieceLength) continue;
    yield piece;
    piece = '';
    await turn();
  }
  yield `${piece}]}\n`;
}

async function* linePieces(lines: AsyncIterable<object>): AsyncGenerator<string> {
  for await (const line of lines) yield `${JSON.stringify(line)}\n`;
}

function typeOf(answer: Answer): string {
  if (answer.type === 'text') return 'text/plain; charset=utf-8';
  return answer.type === 'lines' ? 'application/x-ndjson' : json;
}

function piecesOf(answer: Answer): Iterable<string> | AsyncIterable<string> {
  switch (answer.type) {
    case 'text':
      return [answer.body];
    case 'document':
      return [`${JSON.stringify(answer.body)}\n`];
    case 'report':
      return reportPieces(answer.head, answer.items);
    case 'lines':
      return linePieces(answer.lines);
  }
}

/** Resolves when the answer is written or the client has gone. */
export async function writeAnswer(answer: Answer, response: ServerResponse, bodyWanted: boolean): Promise<void> {
  response.writeHead('status' in answer ? answer.status : 200, {
    'content-type': typeOf(answer),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...('headers' in answer ? answer.headers : {}),
  });
  if (!bodyWanted) {
    response.end();
    return;
  }
  response.flushHeaders();
  try {
    await pipeline(Readable.from(piecesOf(answer), { objectMode: false }), response);
  } catch (error) {
    if (!response.destroyed) throw error;
  }
}
