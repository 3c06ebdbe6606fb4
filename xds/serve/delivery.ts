import { status } from '@grpc/grpc-js';
import type { EnvoyEvent, Send, StreamId } from '../snapshot/messages.ts';
import { reduce } from '../snapshot/reduce.ts';
import { encodeResponse } from './encode.ts';
import type { Call, Envoy } from './envoys.ts';

/** What happened, to be dated when it is delivered. */
export type Happening = EnvoyEvent extends infer Event ? (Event extends EnvoyEvent ? Omit<Event, 'at'> : never) : never;

/** Ends a stream with a status: emitting the error is how grpc-js is told. */
export const endCall = (call: Call, code: status, details: string): void => {
  call.emit('error', { code, details });
};

/** Writes to every stream, and answers for each whether it takes more. */
const write = ({ calls }: Envoy, sends: readonly Send[]): ReadonlyMap<StreamId, boolean> => {
  const isWritable = new Map<StreamId, boolean>();
  for (const send of sends) {
    const call = calls.get(send.stream);
    if (call !== undefined) isWritable.set(send.stream, call.write(encodeResponse(send)));
  }
  return isWritable;
};

/** Brings what happens to the protocol, and what it answers to the streams. */
export interface Delivery {
  /** Throws what the protocol throws. */
  deliver(envoy: Envoy, happening: Happening): void;
  /** A fault ends with the Envoy it met: swallowed higher up, it would leave a stream that never answers again. */
  guarded(envoy: Envoy, happening: Happening): void;
  /** Ends every stream of an Envoy whose state nobody knows any more: it comes back and tells what it holds. */
  fail(envoy: Envoy, error: unknown): void;
}

export const createDelivery = (now: () => number, onFault: (envoy: Envoy, error: unknown) => void): Delivery => {
  const deliver: Delivery['deliver'] = (envoy, happening) => {
    const event = { ...happening, at: now() } as EnvoyEvent;
    for (const [stream, isWritable] of write(envoy, reduce(envoy.state, event))) {
      deliver(envoy, { type: isWritable ? 'writable' : 'blocked', stream });
    }
  };
  const fail: Delivery['fail'] = (envoy, error) => {
    const calls = [...envoy.calls.values()];
    envoy.calls.clear();
    for (const call of calls) endCall(call, status.INTERNAL, 'internal error');
    onFault(envoy, error);
  };
  return {
    deliver,
    fail,
    guarded(envoy, happening) {
      try {
        deliver(envoy, happening);
      } catch (error) {
        fail(envoy, error);
      }
    },
  };
};
