import { expect, it } from 'vitest';
import type { Tracking } from '../../../controller/programming/track.ts';
import { createStatusShelf } from '../../../controller/source/status-shelf.ts';
import { runStatus } from '../../../controller/status/run-status.ts';
import { defaultRate } from '../../../controller/status/writer.ts';
import type { KubernetesClient } from '../../../kubernetes/client.ts';
import { defaultTiming } from '../../../kubernetes/list-watch.ts';
import { refKey } from '../../../routing/objects/ref.ts';
import { createFakeClock, settle } from '../../support/fake-clock.ts';
import { host, runLoop } from '../programming/worlds.ts';

/** No Envoy has come. */
const programming: Pick<Tracking, 'digest'> & { readonly local: Partial<Tracking['local']> } = {
  digest: () => 'now',
  local: { envoys: 0, digestOf: () => null, refusalOf: () => null, onChange: () => () => {} },
};

/** A controller that leads alone, and holds back until `begin` or its end. */
async function start() {
  const clock = createFakeClock();
  const loop = await runLoop(host('web'));
  const statuses = createStatusShelf(clock);
  const web = refKey({ kind: 'HTTPProxy', namespace: 'shop', name: 'web' });
  statuses.put(web, { uid: 'u', generation: 1, resourceVersion: '1', text: '' });
  const written: string[] = [];
  const client: Pick<KubernetesClient, 'write'> = {
    write: async (path) => void written.push(path),
  };
  const begin = Promise.withResolvers<void>();
  const running = runStatus({
    client: client as KubernetesClient,
    clock,
    date: () => new Date(0),
    timing: defaultTiming,
    rate: defaultRate,
    identity: 'one',
    config: { election: null, peers: null, addresses: { type: 'fixed', addresses: [] } },
    statuses,
    loop,
    programming: programming as Tracking,
    firstSync: (signal) => {
      signal.addEventListener('abort', () => begin.resolve());
      return begin.promise;
    },
    log: () => {},
  });
  await settle();
  return { clock, running, begin, written };
}

it('writes nothing before an Envoy had its first world, and everything after it', async () => {
  const { clock, running, begin, written } = await start();
  await clock.advance(1_000);
  expect(written).toEqual([]);
  begin.resolve();
  await clock.advance(1_000);
  expect(written).toEqual(['/apis/projectcontour.io/v1/namespaces/shop/httpproxies/web/status']);
  await running.stop();
});

it('writes nothing where it ends before that', async () => {
  const { clock, running, written } = await start();
  await running.stop();
  await clock.advance(1_000);
  expect(written).toEqual([]);
});
