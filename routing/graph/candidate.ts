import type { Route } from './graph.ts';

/** A route on its way into a host, with the listeners it wants. */
export interface Candidate {
  readonly route: Route;
  readonly http: 'serve' | 'redirect' | 'none';
  readonly https: boolean;
}

/** What the plain listener serves for a candidate: the route, or the way to HTTPS, or nothing. */
export function plainRoute({ route, http }: Candidate): Route | null {
  if (http === 'none') return null;
  return http === 'serve' ? route : { ...route, action: { type: 'Redirect', scheme: 'https', status: 301 } };
}
