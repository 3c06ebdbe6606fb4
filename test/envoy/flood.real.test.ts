import { type ClientHttp2Session, connect } from 'node:http2';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { selfSigned } from '../support/certificate.ts';
import { startLoad } from './load.ts';
import { ingress, proxy, tlsSecret } from './manifests.ts';
import { askOn } from './raw-request.ts';
import { shakeHands } from './tls-request.ts';
import { type Proxy, startWhole, type Whole } from './whole.ts';

const known = 'known.example.com';

let whole: Whole;
let envoy: Proxy;

beforeAll(async () => {
  whole = await startWhole();
  const [backend, everything] = [await whole.backend('known'), await whole.backend('everything')];
  await whole.apply(
    proxy(known, 'known'),
    proxy('*.known.example.com', 'known'),
    proxy('tls.example.com', 'known', { secret: 'tls' }),
    tlsSecret('tls', selfSigned('tls.example.com')),
    ingress('everything', null, '/everything', 'everything'),
    ...backend.objects,
    ...everything.objects,
  );
  envoy = await whole.envoy();
  await whole.live();
});

afterAll(() => whole.close());

/** Bytes that Envoy has allocated. */
async function allocated(): Promise<number> {
  return Number((JSON.parse(await envoy.admin('/memory')) as { allocated: string }).allocated);
}

/** Asks for that many hosts that nobody declared, none of them twice. */
async function flood(session: ClientHttp2Session, from: number, count: number): Promise<void> {
  for (let done = 0; done < count; done += 100) {
    const batch = Array.from({ length: 100 }, (_, index) => unknownHost(from + done + index));
    const answers = await Promise.all(batch.map((host) => askOn(session, { host, path: '/' })));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([404]));
  }
}

function unknownHost(index: number): string {
  const name = `${'x'.repeat(index % 60)}u${index}.unknown.example.com`;
  return index % 3 === 0 ? name.toUpperCase() : index % 3 === 1 ? `${name}:8080` : name;
}

it('a flood of unknown hosts costs Envoy no memory, and known hosts no answer', async () => {
  const load = startLoad(envoy.httpPort, () => ({ host: known, right: (status) => status === 200 }), { lanes: 1 });
  const session = connect(`http://127.0.0.1:${envoy.httpPort}`);
  await flood(session, 0, 1_000);
  const before = await allocated();
  await flood(session, 1_000, 5_000);
  const grown = (await allocated()) - before;
  session.destroy();
  const { failures, cut, requests } = await load.stop();
  expect({ failures, cut }).toEqual({ failures: [], cut: 0 });
  expect(requests).toBeGreaterThan(20);
  expect(grown).toBeLessThan(1024 * 1024);
});

it('a flood of unknown server names costs no memory either', async () => {
  const refused = async (count: number) => {
    for (let index = 0; index < count; index += 1) {
      await expect(shakeHands(envoy.httpsPort, `u${index}-${count}.unknown.example.com`)).rejects.toThrow(
        /ECONNRESET|disconnected/,
      );
    }
  };
  await refused(50);
  const before = await allocated();
  await refused(300);
  expect((await allocated()) - before).toBeLessThan(1024 * 1024);
  expect(await shakeHands(envoy.httpsPort, 'tls.example.com')).toMatchObject({ commonName: 'tls.example.com' });
});
