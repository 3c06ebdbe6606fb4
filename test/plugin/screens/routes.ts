import type { RouteItem } from '../../../routing/route-item.ts';
import type { RouteTable } from '../../../plugin/route-table.ts';
import type { SyncItem, SyncState } from '../../../plugin/sync-report.ts';
import type { Sheet, SheetView, View } from '../../../plugin/views/browse/sheet.ts';
import { certsSheet, objectsSheet, syncSheet } from '../../../plugin/views/browse/sheets.ts';
import type { TreeNode } from '../../../routing/tree-item.ts';
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
  const able = { noCanary: null, noDelegation: null, readOnly: false };
  const setting = { title: 'prod-eu', ascii: false, flat: false, ...able, ...changes };
  return heard(firstBrowse(setting, ''), { type: 'table', table: tableOf(items) });
}

const envoyTypes = (behind: number): SyncItem['types'] => {
  const ok: SyncState = {
    state: 'ok',
    sent: 4,
    accepted: 4,
    behind: 0,
    errors: [],
    ackedAt: Date.parse('2026-11-21T12:00:00Z'),
  };
  return {
    lds: ok,
    rds: behind === 0 ? ok : { ...ok, state: 'behind', behind, accepted: 3 },
    cds: ok,
    eds: ok,
    sds: ok,
  };
};

const reason = {
  type: 'IncludeError',
  reason: 'IncludeNotFound',
  message: 'include pay/checkout not found',
  severity: 'error',
  pointer: '/spec/includes/2',
} as const;

/** The screen with all of its lists. */
export function sheeted(view: View, changes: Partial<BrowseState['setting']> = {}): BrowseState {
  const object = {
    source: source('root', ''),
    generation: 1,
    root: true,
    hosts: ['shop.example.com'],
    description: 'Valid HTTPProxy',
    conditions: [],
  } as const;
  const missing = [{ envoy: 'envoy-b', message: null }];
  const secret: TreeNode = {
    type: 'secret',
    source: source('root', '/spec/virtualhost/tls'),
    include: null,
    match: null,
    delegated: true,
    status: { state: 'valid', reasons: [] },
    name: 'www-admin/wildcard',
    action: null,
    certificate: { names: ['*.example.com', 'example.com'], notAfter: '2027-02-03T04:05:06.000Z' },
    children: [],
  };
  const host: TreeNode = { ...secret, type: 'host', name: 'shop.example.com', delegated: false, children: [secret] };
  const bare: TreeNode = {
    ...secret,
    name: '',
    delegated: false,
    certificate: null,
    status: {
      state: 'invalid',
      reasons: [{ ...reason, reason: 'SecretNotValid', message: 'Secret blog/tls not found' }],
    },
  };
  const sheets: readonly (readonly [SheetView, Sheet])[] = [
    [
      'objects',
      objectsSheet([
        { ...object, currentStatus: 'valid', programmed: { envoys: 2, of: 3, missing } },
        {
          ...object,
          source: source('pay', ''),
          currentStatus: 'invalid',
          description: 'At least one error present',
          conditions: [reason],
          programmed: { envoys: 3, of: 3 },
        },
      ]),
    ],
    [
      'certs',
      certsSheet([host, { ...host, name: 'blog.example.com', children: [bare] }, { ...host, name: 'a.b.example.com' }]),
    ],
    [
      'sync',
      syncSheet([
        { envoy: 'envoy-a', version: '1.40.0', complete: true, types: envoyTypes(0) },
        { envoy: 'envoy-b', version: '1.40.0', complete: true, types: envoyTypes(2) },
      ]),
    ],
  ];
  return sheets.reduce<BrowseState>((state, [each, sheet]) => heard(state, { type: 'sheet', view: each, sheet }), {
    ...browsing(someRoutes, changes),
    view,
  });
}
