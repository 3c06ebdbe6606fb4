import { eventually } from '../support/eventually.ts';
import { type Rig, startRig } from './rig.ts';
import { inside } from './run.ts';

/** A rig with a namespace `shop`, and the commands that are asked there. */
export interface Shop {
  readonly rig: Rig;
  kubectl(...words: readonly string[]): Promise<string>;
  apply(...objects: readonly object[]): Promise<string>;
  curl(url: string): Promise<string>;
  /** Waits for a Pod. */
  ready(name: string): Promise<string>;
}

export async function openShop(name: string): Promise<Shop> {
  const rig = await startRig({ name, env: process.env, say: () => {} });
  const kubectl = (...words: readonly string[]) => inside(rig, ['kubectl', '-n', 'shop', ...words]);
  await inside(rig, ['kubectl', 'create', 'namespace', 'shop']);
  await eventually(() => kubectl('get', 'serviceaccount', 'default'));
  return {
    rig,
    kubectl,
    apply: (...objects) =>
      inside(rig, ['kubectl', 'apply', '-f', '-'], objects.map((object) => JSON.stringify(object)).join('\n---\n')),
    curl: (url) => inside(rig, ['curl', '-sS', '--fail', '--max-time', '5', url]),
    ready: (pod) => kubectl('wait', '--for=condition=Ready', `pod/${pod}`, '--timeout=20s'),
  };
}

export const metadata = (name: string) => ({ name, namespace: 'shop', labels: { app: name } });

/** A container that runs a program of JavaScript. */
export const node = (program: string, more: object = {}) => ({
  name: 'main',
  image: 'node:26',
  args: ['-e', program],
  ...more,
});

export const pod = (name: string, spec: object) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: metadata(name),
  spec: { terminationGracePeriodSeconds: 1, restartPolicy: 'Never', ...spec },
});

export const service = (name: string, spec: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: metadata(name),
  spec: { selector: { app: name }, ports: [{ port: 80, targetPort: 8080 }], ...spec },
});

export const data = (kind: 'ConfigMap' | 'Secret', name: string, values: Record<string, string>) => ({
  apiVersion: 'v1',
  kind,
  metadata: metadata(name),
  [kind === 'Secret' ? 'stringData' : 'data']: values,
});

/** Answers every request with what an expression is. */
export const serve = (expression: string, port = 8080, host = '0.0.0.0') =>
  `require('node:http').createServer((request, response) => response.end(String(${expression}))).listen(${port}, '${host}');`;
export const endable = `process.on('SIGTERM', () => process.exit(0));`;

export const deployment = (name: string, container: object, replicas = 2) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: metadata(name),
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { terminationGracePeriodSeconds: 1, containers: [container] },
    },
  },
});
