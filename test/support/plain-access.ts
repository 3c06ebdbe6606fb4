import type { Access } from '../../kubernetes/access.ts';

/** To a server that asks nobody who they are. */
export function plainAccess(server: string): Access {
  return { server, context: null, namespace: null, requestOptions: async () => ({}), renew: () => {} };
}
