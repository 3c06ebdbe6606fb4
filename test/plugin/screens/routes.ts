import type { RouteItem } from '../../../routing/route-item.ts';
import type { RouteTable } from '../../../plugin/route-table.ts';
import { type BrowseState, firstBrowse, heard } from '../../../plugin/views/browse/state.ts';

interface Written {
  readonly host: string;
  readonly path?: string;
  readonly services?: string;
  readonly name?: string;
  readonly invalid?: string;
  readonly include?: boolean;
}

const source = (name: string, pointer: string) => ({
  apiVersion: 'projectcontour.io/v1',
  kind: 'HTTPProxy',
  namespace: 'shop',
  name,
  pointer,
});

/** A row of the table. Services as `v1=90 v2=10`. */
export function row({ host, path = '/', services = 'web=100', name = 'root', invalid, include }: Written): RouteItem {
  const backends = services.split(' ').map((word) => {
    const [service = '', percent = ''] = word.split('=');
    const endpoints = { ready: 2, total: 3 };
    return { namespace: 'shop', name: service, port: 80, weight: Number(percent), percent: Number(percent), endpoints };
  });
  const reason = {
    type: 'ServiceError',
    reason: 'ServiceUnresolvedReference',
    message: invalid ?? '',
    severity: 'error',
    pointer: '/spec',
  } as const;
  return {
    host,
    listener: 'http',
    order: 1,
    match: { method: null, path: { type: 'Prefix', value: path }, headers: [], query: [] },
    action: { type: 'Forward', backends, mirror: null },
    policies: {},
    source: source(name, '/spec/routes/0'),
    via: include === true ? [source('root', '/spec/includes/0')] : [],
    status: { valid: invalid === undefined, verified: true, reasons: invalid === undefined ? [] : [reason] },
    programmed: { envoys: 3, of: 3 },
  };
}

export const someRoutes: readonly RouteItem[] = [
  row({ host: 'blog.example.com', services: 'blog=100', name: 'blog' }),
  row({ host: 'shop.example.com', path: '/cart', services: 'cart-v1=90 cart-v2=10', name: 'cart', include: true }),
  row({ host: 'shop.example.com', path: '/pay', name: 'pay', invalid: 'Service shop/pay not found' }),
  row({ host: 'shop.example.com' }),
];

export function tableOf(items: readonly RouteItem[]): RouteTable {
  return {
    apiVersion: 'cli.kubectl-contour.io/v1',
    kind: 'RouteTable',
    source: { from: 'controller', version: '1' },
    items,
    faults: [],
  };
}

export function browsing(items = someRoutes, changes: Partial<BrowseState['setting']> = {}): BrowseState {
  const setting = { title: 'prod-eu', ascii: false, flat: false, noCanary: null, ...changes };
  return heard(firstBrowse(setting, ''), { type: 'table', table: tableOf(items) });
}
