import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { selfSigned } from '../support/certificate.ts';
import { eventually } from '../support/eventually.ts';
import { proxy, slice, tlsSecret } from './manifests.ts';
import { askRaw } from './raw-request.ts';
import { askTls } from './tls-request.ts';
import { type Backend, dialects, type Proxy, startWhole, type Whole } from './whole.ts';

let whole: Whole;
let envoys: readonly Proxy[];
let blog: Backend;

beforeAll(async () => {
  whole = await startWhole();
  blog = await whole.backend('blog');
  const shop = await whole.backend('shop');
  await whole.apply(
    proxy('blog.example.com', 'blog'),
    proxy('*.shop.example.com', 'shop'),
    proxy('secure.example.com', 'shop', { secret: 'first' }),
    tlsSecret('first', selfSigned('secure.example.com')),
    ...blog.objects,
    ...shop.objects,
  );
  envoys = await Promise.all(dialects.map((dialect) => whole.envoy(dialect)));
  await whole.live();
});

afterAll(() => whole.close());

/** The Service that answers, or the status where none does. */
async function answerer(port: number, host: string): Promise<unknown> {
  return read(await askRaw({ port, host, path: '/' }));
}

async function secureAnswerer(port: number, host: string): Promise<unknown> {
  return read(await askTls({ port, serverName: host, host }));
}

function read({ status, body }: { readonly status: number; readonly body: string }): unknown {
  return status === 200 ? (JSON.parse(body) as { service: string }).service : status;
}

describe.each(dialects.map((dialect, at) => [dialect, at] as const))('beside three others, %s', (dialect, at) => {
  const proxyOf = () => envoys[at] as Proxy;
  const ask = (host: string) => answerer(proxyOf().httpPort, host);

  it('gets the whole world, and refuses nothing of it', async () => {
    expect(await ask('blog.example.com')).toBe('blog');
    expect(await ask('a.shop.example.com')).toBe('shop');
    expect(await ask('BLOG.example.com:80')).toBe('blog');
    expect(await ask('unknown.example.com')).toBe(404);
    expect(await ask('secure.example.com')).toBe(301);
    expect(await secureAnswerer(proxyOf().httpsPort, 'secure.example.com')).toBe('shop');
    expect(proxyOf().report()).toMatchObject({ dialect, complete: true });
    expect(
      proxyOf()
        .report()
        .types.flatMap(({ nacks }) => nacks),
    ).toEqual([]);
  });

  it('gets an edit, a host that is added, and one that is removed', async () => {
    await whole.apply(proxy('blog.example.com', 'shop'), proxy('new.example.com', 'blog'));
    await whole.live();
    expect([await ask('blog.example.com'), await ask('new.example.com')]).toEqual(['shop', 'blog']);
    await whole.swap([proxy('new.example.com', 'blog')], [proxy('blog.example.com', 'blog')]);
    await whole.live();
    expect([await ask('blog.example.com'), await ask('new.example.com')]).toEqual(['blog', 404]);
  });

  it('gets a TLS host that is added, and loses it', async () => {
    const added = [
      proxy('added.example.com', 'blog', { secret: 'added' }),
      tlsSecret('added', selfSigned('added.example.com')),
    ];
    await whole.apply(...added);
    await eventually(async () => {
      expect(await secureAnswerer(proxyOf().httpsPort, 'added.example.com')).toBe('blog');
    });
    await whole.remove(...added);
    await eventually(async () => {
      await expect(secureAnswerer(proxyOf().httpsPort, 'added.example.com')).rejects.toThrow(/ECONNRESET|disconnected/);
    });
    expect(await secureAnswerer(proxyOf().httpsPort, 'secure.example.com')).toBe('shop');
  });

  it('follows endpoints', async () => {
    const other = await whole.backend('other');
    await whole.apply(slice('blog', other.port));
    await whole.live();
    expect(await ask('blog.example.com')).toBe('other');
    await whole.apply(slice('blog'));
    await whole.live();
    expect(await ask('blog.example.com')).toBe(503);
    await whole.apply(slice('blog', blog.port));
    await whole.live();
    expect(await ask('blog.example.com')).toBe('blog');
  });
});
