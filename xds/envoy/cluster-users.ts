import type { EndpointsKey, Graph, ServiceTarget } from '../../routing/graph/graph.ts';
import { typeUrl } from '../snapshot/resource.ts';
import type { Emitter, Targets } from './emitter.ts';
import type { Ledger } from './ledger.ts';

type EndpointsMap = Graph['endpoints'];

/** Clusters shared by hosts: there while a host names them, with one set of endpoints each. */
export interface ClusterUsers {
  /** A host now names `next`, and `previous` before. */
  replace(previous: Targets, next: Targets, endpoints: EndpointsMap): void;
  /** These endpoints may have changed. */
  refresh(keys: Iterable<EndpointsKey>, endpoints: EndpointsMap): void;
}

interface Used {
  readonly target: ServiceTarget;
  readonly users: number;
}

export function createClusterUsers(emitter: Emitter, ledger: Ledger): ClusterUsers {
  const clusters = new Map<string, Used>();
  const endpointUsers = new Map<EndpointsKey, number>();

  const emitEndpoints = (key: EndpointsKey, endpoints: EndpointsMap) =>
    ledger.set(emitter.endpoints(key, endpoints.get(key)?.ready ?? []));

  const useEndpoints = (key: EndpointsKey, endpoints: EndpointsMap) => {
    const users = endpointUsers.get(key) ?? 0;
    endpointUsers.set(key, users + 1);
    if (users === 0) emitEndpoints(key, endpoints);
  };

  const releaseEndpoints = (key: EndpointsKey) => {
    const users = (endpointUsers.get(key) ?? 0) - 1;
    if (users > 0) endpointUsers.set(key, users);
    else {
      endpointUsers.delete(key);
      ledger.remove(typeUrl.endpoints, key);
    }
  };

  const use = (name: string, target: ServiceTarget, endpoints: EndpointsMap) => {
    const used = clusters.get(name);
    clusters.set(name, { target, users: (used?.users ?? 0) + 1 });
    if (used?.target.endpoints === target.endpoints) return;
    ledger.set(emitter.cluster(name, target));
    useEndpoints(target.endpoints, endpoints);
    if (used !== undefined) releaseEndpoints(used.target.endpoints);
  };

  const release = (name: string) => {
    const used = clusters.get(name);
    if (used === undefined) return;
    if (used.users > 1) clusters.set(name, { ...used, users: used.users - 1 });
    else {
      clusters.delete(name);
      ledger.remove(typeUrl.cluster, name);
      releaseEndpoints(used.target.endpoints);
    }
  };

  return {
    replace(previous, next, endpoints) {
      // Used first: what both name must not go for a moment.
      for (const [name, target] of next) use(name, target, endpoints);
      for (const name of previous.keys()) release(name);
    },
    refresh(keys, endpoints) {
      for (const key of keys) if (endpointUsers.has(key)) emitEndpoints(key, endpoints);
    },
  };
}
