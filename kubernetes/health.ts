/** How one list+watch is doing. */
export interface Health {
  /** A whole list was taken once; what it held is kept since, whatever happens. */
  readonly synced: boolean;
  /**
   * `starting`: nothing was answered yet. `current`: followed. `denied`: we have no right to it. `absent`: the server
   * does not know the kind. `failing`: anything else.
   */
  readonly state: 'starting' | 'current' | 'denied' | 'absent' | 'failing';
  /** What is wrong, as a plain sentence; null where nothing is. */
  readonly reason: string | null;
}

export const starting: Health = { synced: false, state: 'starting', reason: null };
