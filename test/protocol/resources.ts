import { typeUrl, type Resource, type TypeUrl, type WorldChange } from '../../xds/snapshot/resource.ts';

const encoder = new TextEncoder();

const resource = (type: TypeUrl, name: string, content: string, refers: Partial<Resource> = {}): Resource => ({
  type,
  name,
  version: content,
  bytes: encoder.encode(`${name}=${content}`),
  needs: [],
  warms: [],
  ...refers,
});

export const cluster = (name: string, version = 'v1'): Resource =>
  resource(typeUrl.cluster, name, version, { warms: [name] });

export const endpoints = (name: string, version = 'v1'): Resource => resource(typeUrl.endpoints, name, version);

export const listener = (name: string, version = 'v1'): Resource => resource(typeUrl.listener, name, version);

export const scope = (name: string, needs: readonly string[] = [], version = 'v1'): Resource =>
  resource(typeUrl.scopedRoute, name, `${version}:${needs.join(',')}`, { needs });

export const route = (name: string, needs: readonly string[] = [], version = 'v1'): Resource =>
  resource(typeUrl.route, name, `${version}:${needs.join(',')}`, { needs });

export const upsert = (...upserts: readonly Resource[]): WorldChange => ({ upserts, removals: [] });

export const remove = (...removals: readonly Resource[]): WorldChange => ({ upserts: [], removals });

export const both = (upserts: readonly Resource[], removals: readonly Resource[]): WorldChange => ({
  upserts,
  removals,
});

/** One host served by one cluster, and the listener it is reached by. */
export const smallWorld: readonly Resource[] = [
  cluster('blog'),
  endpoints('blog'),
  listener('http'),
  scope('blog.example.com', ['blog']),
];

export const numbered = <T>(count: number, make: (name: string) => T): readonly T[] =>
  Array.from({ length: count }, (_, index) => make(`n${String(index).padStart(4, '0')}`));
