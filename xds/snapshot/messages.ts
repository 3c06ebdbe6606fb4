import type { Resource, TypeUrl, WorldChange } from './resource.ts';

/** One gRPC stream, numbered by whoever accepted it; never used twice for one Envoy. */
export type StreamId = number;

/** Which of the two transport protocols a stream speaks. */
export type Mode = 'delta' | 'sotw';

/** What counts of a DeltaDiscoveryRequest. */
export interface DeltaRequest {
  readonly mode: 'delta';
  readonly type: TypeUrl;
  readonly subscribe: readonly string[];
  readonly unsubscribe: readonly string[];
  /** Name to version: what the client still holds from an earlier stream. */
  readonly initialVersions: ReadonlyMap<string, string>;
  /** Empty where the request answers no response. */
  readonly nonce: string;
  /** Present exactly when the client refused the response with that nonce. */
  readonly error: string | null;
}

/** What counts of a DiscoveryRequest. Its version says nothing that `error` and `nonce` do not say better. */
export interface SotwRequest {
  readonly mode: 'sotw';
  readonly type: TypeUrl;
  readonly names: readonly string[];
  readonly nonce: string;
  readonly error: string | null;
}

/** `at` is in milliseconds, of any clock that never goes back. */
export type EnvoyEvent =
  | { readonly type: 'opened'; readonly at: number; readonly stream: StreamId; readonly mode: Mode }
  | {
      readonly type: 'request';
      readonly at: number;
      readonly stream: StreamId;
      readonly request: DeltaRequest | SotwRequest;
    }
  | { readonly type: 'closed'; readonly at: number; readonly stream: StreamId }
  /** The snapshot already holds `change`, which is a draft's until a first world is published. */
  | { readonly type: 'moved'; readonly at: number; readonly change: WorldChange }
  /** The stream takes no more; what it would be sent is remembered by name only. */
  | { readonly type: 'blocked'; readonly at: number; readonly stream: StreamId }
  /** The stream takes more: said after `blocked`, and after each batch that was written in full. */
  | { readonly type: 'writable'; readonly at: number; readonly stream: StreamId }
  | { readonly type: 'tick'; readonly at: number };

/** One response to be written, at once and in the order given. */
export type Send =
  | {
      readonly mode: 'delta';
      readonly stream: StreamId;
      readonly type: TypeUrl;
      readonly nonce: string;
      /** For people: the protocol compares versions of single resources only. */
      readonly version: string;
      readonly resources: readonly Resource[];
      readonly removed: readonly string[];
    }
  | {
      readonly mode: 'sotw';
      readonly stream: StreamId;
      readonly type: TypeUrl;
      readonly nonce: string;
      readonly version: string;
      readonly resources: readonly Resource[];
    };
