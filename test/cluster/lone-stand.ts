import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { bootstrap } from '../../xds/envoy/bootstrap.ts';
import { startLoad } from '../envoy/load.ts';
import { askRaw } from '../envoy/raw-request.ts';
import { runEnvoy } from '../envoy/run-envoy.ts';
import { eventually } from '../support/eventually.ts';
import { freePorts } from '../support/free-ports.ts';
import { type ClusterStand, openClusterStand } from './cluster-stand.ts';
import { type ControllerProcess, startController } from './controller-process.ts';

/** A rig, and beside it one controller and one Envoy. */
export interface LoneStand extends ClusterStand {
  controller(): ControllerProcess;
  /** As if a person had ended the controller without a word. */
  restart(): Promise<void>;
  /** What Envoy answers for a host. */
  statusAt(host: string): Promise<number>;
  watchNeighbour(): Promise<Neighbour>;
}

/** Somebody else's host, whom nothing that is done to others is to reach. */
export interface Neighbour {
  /** Requests for it are answered right since it is watched, and an edit goes live. */
  expectUntouched(): Promise<void>;
}

/** An Envoy of the controller at that port of this machine. Resolves with how to end it. */
export function runEnvoyOf(xdsPort: number, folder: string): Promise<() => Promise<void>> {
  const config = join(folder, 'bootstrap.json');
  const admin = { path: join(folder, 'admin.sock') };
  writeFileSync(config, JSON.stringify(bootstrap({ xds: { host: '127.0.0.1', port: xdsPort }, admin })));
  return runEnvoy(config);
}

export async function openLoneStand(name: string): Promise<LoneStand> {
  const cluster = await openClusterStand(name);
  const { kubeconfig, folder, apply } = cluster;
  const [http = 0, xds = 0] = await freePorts(2);
  const start = () => startAlone(kubeconfig, http, xds);
  let controller = await start();
  const stopEnvoy = await runEnvoyOf(xds, folder);
  const statusAt = async (host: string) => (await askRaw({ port: http, host, path: '/' })).status;
  return {
    ...cluster,
    statusAt,
    controller: () => controller,
    async restart() {
      await controller.kill('SIGKILL');
      controller = await start();
    },
    watchNeighbour: () => watchNeighbour({ http, apply, statusAt, controller: () => controller }),
    async close() {
      await stopEnvoy();
      await controller.kill('SIGKILL');
      await cluster.close();
    },
  };
}

/** Nobody waits for the lease of one that was killed. */
function startAlone(kubeconfig: string, http: number, xds: number): Promise<ControllerProcess> {
  const addresses = ['--envoy-service-http-address=127.0.0.1', '--envoy-service-https-address=127.0.0.1'];
  const ports = [`--xds-port=${xds}`, `--envoy-service-http-port=${http}`];
  return startController(`--kubeconfig=${kubeconfig}`, '--disable-leader-election', ...addresses, ...ports);
}

const neighbour = (statusCode: number) => ({
  apiVersion: 'projectcontour.io/v1',
  kind: 'HTTPProxy',
  metadata: { namespace: 'neighbour', name: 'neighbour' },
  spec: { virtualhost: { fqdn: 'neighbour.example.com' }, routes: [{ directResponsePolicy: { statusCode } }] },
});

type Watched = Pick<LoneStand, 'apply' | 'statusAt' | 'controller'> & { readonly http: number };

async function watchNeighbour({ http, apply, statusAt, controller }: Watched): Promise<Neighbour> {
  const answers = (statusCode: number) =>
    eventually(async () => expect(await statusAt('neighbour.example.com')).toBe(statusCode));
  await apply(neighbour(201));
  await answers(201);
  const right = (status: number) => status === 201 || status === 202;
  const load = startLoad(http, () => ({ host: 'neighbour.example.com', right }), { lanes: 1, pauseMs: 5 });
  return {
    async expectUntouched() {
      await apply(neighbour(202));
      await answers(202);
      expect(await load.stop()).toMatchObject({ failures: [], cut: 0 });
      const { process } = controller();
      expect([process.exitCode, process.signalCode]).toEqual([null, null]);
      expect(await refusalsAt(controller().debugUrl)).toEqual([]);
    },
  };
}

interface Streams {
  readonly items: readonly { readonly types: readonly { readonly nacks: readonly object[] }[] }[];
}

/** What Envoys would not take. */
async function refusalsAt(debugUrl: string): Promise<readonly object[]> {
  const { items } = (await (await fetch(`${debugUrl}/debug/streams`)).json()) as Streams;
  return items.flatMap(({ types }) => types.flatMap(({ nacks }) => nacks));
}
