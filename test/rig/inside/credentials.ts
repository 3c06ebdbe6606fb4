import { execFile } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { apiAddress, apiUrl, nodeAddress } from '../place.ts';

/** Who may speak to the API server, each by a token of its own: user, group, and the name of the kubeconfig. */
const clients = [
  ['admin', 'admin', 'system:masters'],
  ['controller-manager', 'system:kube-controller-manager', ''],
  ['scheduler', 'system:kube-scheduler', ''],
  ['kwok', 'kwok', 'system:masters'],
] as const;

export type Client = (typeof clients)[number][0];

export interface Credentials {
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
  readonly serviceAccountKey: string;
  readonly tokens: string;
  kubeconfig(client: Client): string;
}

/** Paths only. */
export function credentialsIn(folder: string): Credentials {
  return {
    authority: join(folder, 'authority.crt'),
    certificate: join(folder, 'server.crt'),
    key: join(folder, 'server.key'),
    serviceAccountKey: join(folder, 'service-account.key'),
    tokens: join(folder, 'tokens.csv'),
    kubeconfig: (client) => join(folder, `${client}.kubeconfig`),
  };
}

const openssl = promisify(execFile);
const freshKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '30'];

async function signServer(folder: string, { authority, certificate, key }: Credentials): Promise<void> {
  const authorityKey = join(folder, 'authority.key');
  const request = ['req', '-x509', ...freshKey];
  await openssl('openssl', [...request, '-subj', '/CN=rig', '-keyout', authorityKey, '-out', authority]);
  const names = [
    ...['localhost', 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc'].map((name) => `DNS:${name}`),
    ...['127.0.0.1', '10.96.0.1', apiAddress, nodeAddress].map((address) => `IP:${address}`),
  ];
  const extensions = [`subjectAltName=${names.join(',')}`, 'basicConstraints=critical,CA:FALSE'];
  const issuer = ['-CA', authority, '-CAkey', authorityKey, '-subj', '/CN=kube-apiserver'];
  const added = extensions.flatMap((extension) => ['-addext', extension]);
  await openssl('openssl', [...request, ...issuer, ...added, '-keyout', key, '-out', certificate]);
}

function kubeconfigOf(authority: string, token: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'rig', cluster: { server: apiUrl, 'certificate-authority': authority } }],
    users: [{ name: 'rig', user: { token } }],
    contexts: [{ name: 'rig', context: { cluster: 'rig', user: 'rig', namespace: 'default' } }],
    'current-context': 'rig',
  });
}

async function writeTokens({ tokens, authority, kubeconfig }: Credentials): Promise<void> {
  const rows: string[] = [];
  for (const [client, user, group] of clients) {
    const token = randomBytes(24).toString('hex');
    rows.push(`${token},${user},${user},"${group}"`);
    await writeFile(kubeconfig(client), kubeconfigOf(authority, token), { mode: 0o600 });
  }
  await writeFile(tokens, rows.map((row) => `${row}\n`).join(''), { mode: 0o600 });
}

/** Makes all of them anew. */
export async function writeCredentials(folder: string): Promise<Credentials> {
  await mkdir(folder, { recursive: true });
  const credentials = credentialsIn(folder);
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  await writeFile(credentials.serviceAccountKey, privateKey, { mode: 0o600 });
  await writeTokens(credentials);
  await signServer(folder, credentials);
  return credentials;
}
