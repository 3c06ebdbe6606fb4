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
