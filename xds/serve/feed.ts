import { status, type MethodDefinition, type ServerWritableStream } from '@grpc/grpc-js';

/** What one follower is told: asked for the next message whenever its stream takes one. */
export interface Feed {
  /** Null where there is nothing to tell: `wake` says when to ask again. */
  next(): Uint8Array | null;
  close(): void;
}

export type OpenFeed = (wake: () => void) => Feed;

export type FeedCall = ServerWritableStream<Buffer, Buffer>;

const asIs = (bytes: Buffer): Buffer => bytes;

/** A method of ours, beside Envoy's: one empty request, answered by messages until the follower goes. */
export const feedMethod = (path: string): MethodDefinition<Buffer, Buffer> => ({
  path,
  requestStream: false,
  responseStream: true,
  requestSerialize: asIs,
  requestDeserialize: asIs,
  responseSerialize: asIs,
  responseDeserialize: asIs,
});

/** Serves followers, never faster than they read: what moves meanwhile is told once. */
export const createFeeds = (onFault: (error: unknown) => void) => {
  const calls = new Set<FeedCall>();

  const serve = (call: FeedCall, open: OpenFeed): void => {
    let isWritable = true;
    const write = (): void => {
      try {
        for (let message = isWritable ? feed.next() : null; message !== null; message = isWritable ? feed.next() : null)
          isWritable = call.write(Buffer.from(message));
      } catch (error) {
        leave();
        call.emit('error', { code: status.INTERNAL, details: 'internal error' });
        onFault(error);
      }
    };
    const leave = (): void => {
      if (calls.delete(call)) feed.close();
    };
    const feed = open(() => {
      if (calls.has(call)) write();
    });
    calls.add(call);
    call.on('drain', () => {
      isWritable = true;
      if (calls.has(call)) write();
    });
    for (const over of ['cancelled', 'error', 'close']) call.on(over, leave);
    write();
  };

  return {
    serve,
    endAll(): void {
      for (const call of calls)
        call.emit('error', { code: status.UNAVAILABLE, details: 'the server is shutting down' });
    },
  };
};
