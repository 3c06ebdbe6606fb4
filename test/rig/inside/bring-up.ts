import { execFile, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import http from 'node:http';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { codeOf, messageOf } from '../../../controller/fault.ts';
import { doorIn, nodeName, type Place, podRange } from '../place.ts';
import { type Api, createApi } from './api.ts';
import { apiServer, type Command, controllerManager, etcd, etcdUrl, kwok, scheduler } from './commands.ts';
import { type Credentials, credentialsIn, writeCredentials } from './credentials.ts';
import { openDoor } from './door.ts';
import { answerForPods } from './pods.ts';

const run = promisify(execFile);
const readyTimeoutMs = 90_000;

type Fail = (message: string) => void;

/** The kernel makes the whole range ours: whoever listens on an address of it is reached. */
async function openNetwork(): Promise<void> {
  await run('ip', ['link', 'set', 'lo', 'up']).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') throw new Error('there is no ip on PATH: install iproute2', { cause: error });
    throw error;
  });
  await run('ip', ['route', 'add', 'local', podRange, 'dev', 'lo']);
}

function lastLines(file: string): string {
  return readFileSync(file, 'utf8').trim().split('\n').slice(-5).join('\n');
}

/** Starts parts whose end is the end of the rig. */
function createStarter({ folder, parts }: Place, fail: Fail): (command: Command) => void {
  const logs = join(folder, 'logs');
  mkdirSync(logs);
  const env = {
    ...process.env,
    PATH: [...parts.folders, process.env['PATH']].join(delimiter),
    TMPDIR: folder,
    HOME: folder,
  };
  return ({ name, flags }) => {
    const log = join(logs, `${name}.log`);
    const output = openSync(log, 'a');
    const child = spawn(name, flags, { env, stdio: ['ignore', output, output] });
    closeSync(output);
    child.once('error', (error) => fail(`${name} did not start: ${error.message}`));
    child.once('exit', (code, signal) => fail(`${name} ended (${signal ?? code}):\n${lastLines(log)}`));
  };
}

async function until(what: string, attempt: () => Promise<unknown>): Promise<void> {
  const deadline = performance.now() + readyTimeoutMs;
  for (;;) {
    try {
      await attempt();
      return;
    } catch (error) {
      if (performance.now() > deadline) throw new Error(`${what} (${messageOf(error)})`, { cause: error });
      await sleep(50);
    }
  }
}

function etcdAnswers(): Promise<void> {
  return new Promise((done, fail) => {
    const request = http.get(`${etcdUrl}/health`, (response) => {
      response.resume();
      if (response.statusCode === 200) done();
      else fail(new Error(`health is ${response.statusCode}`));
    });
    request.once('error', fail);
  });
}

interface Node {
  readonly spec: { readonly taints?: readonly unknown[] };
  readonly status: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

/** Pods can be made and run: the node takes them, and the account that they run as is there. */
async function takesPods(api: Api): Promise<void> {
  await api.get('/api/v1/namespaces/default/serviceaccounts/default');
  const { spec, status } = (await api.get(`/api/v1/nodes/${nodeName}`)) as Node;
  const isReady = status.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True');
  if (isReady !== true || (spec.taints ?? []).length > 0) throw new Error('the node takes no Pods');
}

async function bringUpServer(folder: string, start: (command: Command) => void): Promise<Credentials> {
  start(etcd(folder));
  const credentials = await writeCredentials(join(folder, 'credentials'));
  await until('etcd does not answer', etcdAnswers);
  start(apiServer(folder, credentials));
  return credentials;
}

/** Resolves when Pods run. `fail` is called when a part ends, before or after. */
export async function bringUp(place: Place, fail: Fail): Promise<void> {
  const { folder } = place;
  // This namespace's own: it is gone with the last process that sees it.
  await run('mount', ['-t', 'tmpfs', '-o', 'mode=700', 'rig', folder]);
  await openNetwork();
  await openDoor(doorIn(folder));
  const start = createStarter(place, fail);
  const credentials = await bringUpServer(folder, start);
  const api = createApi(credentials.kubeconfig('admin'), credentials.authority);
  await until('kube-apiserver is not ready', () => api.get('/readyz'));
  start(controllerManager(folder, credentials));
  start(scheduler(folder, credentials));
  start(kwok(place.parts.stages, credentials));
  await api.post('/api/v1/nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name: nodeName } });
  void answerForPods(api);
  await until('the node is not ready', () => takesPods(api));
}

/** Of the administrator. */
export function kubeconfigIn(folder: string): string {
  return credentialsIn(join(folder, 'credentials')).kubeconfig('admin');
}
