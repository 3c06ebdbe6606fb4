import { describe, expect, it } from 'vitest';
import { draw } from '../../../plugin/views/browse/draw.ts';
import { update } from '../../../plugin/views/browse/keys.ts';
import { syncSheet } from '../../../plugin/views/browse/sheets.ts';
import { sheetOf } from '../../../plugin/views/browse/state.ts';
import { type BrowseState, heard, hostOf, routeOf, routesOf } from '../../../plugin/views/browse/state.ts';
import type { Key } from '../../../plugin/views/key.ts';
import { named, text } from './canaries.ts';
import { browsing, row, sheeted, someRoutes, tableOf } from './routes.ts';

function pressed(state: BrowseState, ...keys: readonly Key[]) {
  return keys.reduce(
    (before, key) => {
      const step = update(before.state, { type: 'key', key });
      return { state: step.state, effects: [...before.effects, ...step.effects], end: step.end };
    },
    { state, effects: [] as unknown[], end: null as ReturnType<typeof update>['end'] },
  );
}

const shop = () => pressed(browsing(), named('down'), named('right')).state;

describe('lists', () => {
  it('hosts, their routes, and the object of a route', () => {
    expect(hostOf(browsing())).toBe('blog.example.com');
    const state = shop();
    expect([hostOf(state), state.focus, routesOf(state).length]).toEqual(['shop.example.com', 'routes', 3]);
    expect(routeOf(pressed(state, named('down')).state)?.source.name).toBe('pay');
    expect(pressed(state, named('end'), named('down')).state.routeAt).toBe(2);
    expect(pressed(state, named('enter')).state.focus).toBe('object');
    expect(pressed(state, named('left'), named('left'), named('up'), named('up')).state.hostAt).toBe(0);
  });

  it('a filter looks at hosts, paths, services, objects and status, all its words', () => {
    const found = (filter: string) =>
      pressed(browsing(), text('/'), text(filter)).state.wanted.map(({ source }) => source.name);
    expect(found('cart-v2')).toEqual(['cart']);
    expect(found('BLOG')).toEqual(['blog']);
    expect(found('/pay')).toEqual(['pay']);
    expect(found('shop.example invalid')).toEqual(['pay']);
    expect(found('nothing')).toEqual([]);
    const none = pressed(browsing(), text('/'), text('nothing'), named('enter')).state;
    // There is nothing that a key could be about.
    expect(pressed(none, text('y'), text('w'), text('t'), named('enter'), named('down')).effects).toEqual([]);
    expect(pressed(none, named('escape')).state.wanted).toHaveLength(4);
  });

  it('letters are text while a filter is typed, and keys afterwards', () => {
    const typing = pressed(browsing(), text('/'), text('i'), text('q'));
    expect([typing.state.filter, typing.state.invalidOnly, typing.end]).toEqual(['iq', false, null]);
    const kept = pressed(typing.state, named('backspace'), named('backspace'), named('enter'), text('i')).state;
    expect([kept.filter, kept.wanted.map(({ source }) => source.name)]).toEqual(['', ['pay']]);
  });

  it('what is chosen stays chosen when rows come and go', () => {
    const state = pressed(shop(), named('down'), named('down')).state;
    const more = [
      row({ host: 'a.example.com' }),
      ...someRoutes.slice(0, 1),
      row({ host: 'shop.example.com', path: '/new' }),
    ];
    const after = heard(state, { type: 'table', table: tableOf([...more, ...someRoutes.slice(1)]) });
    expect([hostOf(after), routeOf(after)?.match?.path.value]).toEqual(['shop.example.com', '/']);
    const gone = heard(after, { type: 'table', table: tableOf([]) });
    expect([hostOf(gone), routeOf(gone)]).toEqual([null, null]);
  });

  it('in one list there are no hosts beside', () => {
    const flat = browsing(someRoutes, { flat: true });
    expect(routesOf(flat)).toHaveLength(4);
    expect(pressed(flat, named('left')).state.focus).toBe('routes');
  });

  it('sorted by what is invalid, and back', () => {
    expect(hostOf(pressed(browsing(), named('home'), text('o'), named('up')).state)).toBe('shop.example.com');
    expect(pressed(browsing(), text('o'), text('o')).state.hosts[0]?.host).toBe('blog.example.com');
  });
});

describe('from a row', () => {
  it('a trace is asked for as it stands in the box', () => {
    const box = pressed(shop(), text('t'));
    expect(box.state.request).toBe('http://shop.example.com/cart');
    expect(pressed(box.state, text('?a=b'), named('enter')).effects).toEqual([
      { type: 'trace', request: 'http://shop.example.com/cart?a=b' },
    ]);
    expect(pressed(box.state, named('escape'), text('i')).effects).toEqual([]);
  });

  it('the tree of the host says who includes whom', () => {
    expect(pressed(shop(), text('T')).state.page?.lines).toEqual([
      'proxy shop/root',
      '  spec.routes[0]   prefix  / -> shop/web:80 100%',
      '  spec.includes[0] includes',
      '    proxy shop/cart',
      '      spec.routes[0]   prefix  /cart -> shop/cart-v1:80 90%, shop/cart-v2:80 10%',
      'proxy shop/pay',
      '  spec.routes[0]   prefix  /pay -> shop/web:80 100%   invalid: ServiceUnresolvedReference',
    ]);
  });

  it('weights are those of a route that shares them, in a cluster', () => {
    expect(pressed(shop(), text('w')).end).toMatchObject({ type: 'canary', namespace: 'shop', name: 'cart' });
    expect(pressed(shop(), named('end'), text('w')).state.notice).toBe('this route has one service');
    const files = pressed(
      browsing(someRoutes, { noCanary: 'files have none' }),
      named('down'),
      named('right'),
      text('w'),
    );
    expect([files.end, files.state.notice]).toEqual([null, 'files have none']);
  });

  it('YAML, the editor, and a copy of the name', () => {
    const [, item] = someRoutes;
    expect(pressed(shop(), text('y'), text('e'), text('c')).effects).toEqual([
      { type: 'yaml', source: item?.source },
      { type: 'edit', source: item?.source },
      { type: 'copy', text: 'shop/cart' },
    ]);
    expect(pressed(browsing(), text('c')).effects).toEqual([{ type: 'copy', text: 'blog.example.com' }]);
  });
});

describe('a path is given away', () => {
  it('with the host and the prefix of the row', () => {
    expect(pressed(shop(), text('D')).end).toMatchObject({
      type: 'delegate',
      host: 'shop.example.com',
      prefix: '/cart',
      namespace: 'shop',
    });
  });

  it('not where nobody could, and not where nothing is to be changed', () => {
    for (const [setting, notice] of [
      [{ noDelegation: 'of neither' }, 'of neither'],
      [{ readOnly: true }, 'read-only: --read-only was given'],
    ] as const) {
      const state = pressed(browsing(someRoutes, setting), named('down'), named('right'), text('D'));
      expect([state.end, state.state.notice]).toEqual([null, notice]);
    }
    expect(pressed(browsing(someRoutes, { readOnly: true }), text('e')).effects).toEqual([]);
  });
});

describe('objects, certificates and Envoys', () => {
  const keysOf = (state: BrowseState) => sheetOf(state, 'objects').wanted.map(({ key }) => key);

  it('are asked for when somebody looks at them first, and not again', () => {
    const first = pressed(browsing(), text('2'));
    expect([first.state.view, first.effects]).toEqual(['objects', [{ type: 'look', view: 'objects' }]]);
    const again = pressed(first.state, text('1'), text('2'), text('3'), text('2'));
    expect([again.state.view, again.effects]).toEqual(['objects', [{ type: 'look', view: 'certs' }]]);
    expect(pressed(first.state, named('escape')).state.view).toBe('routes');
  });

  it('are lists in which keys move, with what is known of each', () => {
    const state = pressed(sheeted('objects'), named('down')).state;
    expect(sheetOf(state, 'objects').at).toBe(1);
    const { page } = pressed(state, named('enter')).state;
    expect([page?.title, page?.lines]).toEqual([
      'shop/pay',
      expect.arrayContaining(['IncludeNotFound: include pay/checkout not found  spec.includes[2]']),
    ]);
    expect(pressed(state, text('c'), text('y'), text('e')).effects).toMatchObject([
      { type: 'copy', text: 'shop/pay' },
      { type: 'yaml', source: { name: 'pay' } },
      { type: 'edit', source: { name: 'pay' } },
    ]);
    // An Envoy is written nowhere.
    expect(pressed(sheeted('sync'), text('y'), text('e'), text('D'), text('w')).effects).toEqual([]);
    expect(pressed(sheeted('objects', { readOnly: true }), text('e')).effects).toEqual([]);
  });

  it('are filtered and sorted as routes are, and what is chosen stays chosen', () => {
    const state = sheeted('objects');
    expect(keysOf(pressed(state, text('/'), text('pay')).state)).toEqual(['proxy shop/pay']);
    expect(keysOf(pressed(state, text('i')).state)).toEqual(['proxy shop/pay']);
    const sorted = pressed(state, text('o')).state;
    expect([keysOf(sorted), sheetOf(sorted, 'objects').at]).toEqual([['proxy shop/pay', 'proxy shop/root'], 1]);
    expect(pressed(state, text('/'), text('c'), text('1')).state.filter).toBe('c1');
  });

  it('an Envoy says what it has refused in the words of sync', () => {
    const message = 'no such filter';
    const root = { apiVersion: 'projectcontour.io/v1', kind: 'HTTPProxy', namespace: 'shop', name: 'root' };
    const error = { name: 'a.test', host: 'a.test', object: root, message, version: '7', at: 0 };
    const ok = { state: 'ok', sent: 1, accepted: 1, behind: 0, errors: [], ackedAt: null } as const;
    const lds = { ...ok, state: 'nack', errors: [error] } as const;
    const types = { lds, rds: ok, cds: ok, eds: ok, sds: ok };
    const [refused] = syncSheet([{ envoy: 'envoy-a', version: '1.40.0', complete: true, types }]).rows;
    expect(refused?.isInvalid).toBe(true);
    expect(refused?.details.at(-1)).toEqual({
      text: 'refused a.test of proxy shop/root, host a.test: no such filter',
      look: 'bad',
    });
  });

  it('say why they are not there', () => {
    const asked = pressed(browsing(), text('4')).state;
    const refused = heard(asked, { type: 'sheet-warning', view: 'sync', text: 'nobody knows its Envoys' });
    const drawn = draw(refused, { columns: 80, rows: 10 }).map((spans) => spans.map((span) => span.text).join(''));
    expect(drawn[1]).toBe(' nobody knows its Envoys');
    const old = heard(sheeted('sync'), { type: 'sheet-warning', view: 'sync', text: 'the connection was refused' });
    expect(draw(old, { columns: 80, rows: 10 })[1]?.[0]?.text).toBe(' stale: the connection was refused');
    expect(drawn.join('\n')).not.toContain('asking');
  });
});

it('10,000 hosts are filtered while somebody types', () => {
  const many = Array.from({ length: 10_000 }, (_, index) => row({ host: `h${index}.example.com` }));
  const state = browsing(many);
  const found = pressed(state, text('/'), ...[...'h9999'].map(text)).state;
  expect(found.hosts.map(({ host }) => host)).toEqual(['h9999.example.com']);
});
