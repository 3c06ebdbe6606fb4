import { isRecord, type RawObject } from '../../kubernetes/watched.ts';

/** What the API server holds of one object's status, and what a write to it has to name. */
export interface StoredStatus {
  readonly uid: string;
  readonly generation: number;
  readonly resourceVersion: string;
  /** `status` as JSON, empty where there is none: text takes a tenth of what the objects in it would. */
  readonly text: string;
}

/** The value of a stored status; an empty object where there is none. */
export function statusIn({ text }: StoredStatus): unknown {
  return text === '' ? {} : JSON.parse(text);
}

/** Of an object as the API server sends it. */
export function storedStatusOf(raw: RawObject): StoredStatus {
  const { uid, generation, resourceVersion } = isRecord(raw['metadata']) ? raw['metadata'] : {};
  return {
    uid: typeof uid === 'string' ? uid : '',
    generation: typeof generation === 'number' ? generation : 0,
    resourceVersion: typeof resourceVersion === 'string' ? resourceVersion : '',
    text: raw['status'] === undefined ? '' : JSON.stringify(raw['status']),
  };
}
