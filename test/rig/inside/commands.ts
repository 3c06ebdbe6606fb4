import { join } from 'node:path';
import { apiAddress, apiPort, auditLogIn, kubeletPort, nodeAddress, podRange, serviceRange } from '../place.ts';
import type { Credentials } from './credentials.ts';

/** A part and its command line. */
export interface Command {
  readonly name: string;
  readonly flags: readonly string[];
}

export const etcdUrl = 'http://127.0.0.1:2379';

export function etcd(folder: string): Command {
  const peer = 'http://127.0.0.1:2380';
  const flags = [
    `--data-dir=${join(folder, 'etcd')}`,
    `--listen-client-urls=${etcdUrl}`,
    `--advertise-client-urls=${etcdUrl}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
    // What it holds is in memory anyway.
    '--unsafe-no-fsync',
    '--log-level=warn',
  ];
  return { name: 'etcd', flags };
}

export function apiServer(folder: string, credentials: Credentials): Command {
  const flags = [
    `--advertise-address=${apiAddress}`,
    `--secure-port=${apiPort}`,
    `--etcd-servers=${etcdUrl}`,
    `--service-cluster-ip-range=${serviceRange}`,
    `--tls-cert-file=${credentials.certificate}`,
    `--tls-private-key-file=${credentials.key}`,
    `--cert-dir=${folder}`,
    `--token-auth-file=${credentials.tokens}`,
    `--client-ca-file=${credentials.authority}`,
    '--authorization-mode=RBAC',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${credentials.serviceAccountKey}`,
    `--service-account-signing-key-file=${credentials.serviceAccountKey}`,
    `--kubelet-certificate-authority=${credentials.authority}`,
    '--allow-privileged',
    `--audit-policy-file=${join(import.meta.dirname, 'audit-policy.yaml')}`,
    `--audit-log-path=${auditLogIn(folder)}`,
  ];
  return { name: 'kube-apiserver', flags };
}

export function controllerManager(folder: string, credentials: Credentials): Command {
  const kubeconfig = credentials.kubeconfig('controller-manager');
  const flags = [
    ...['kubeconfig', 'authentication-kubeconfig', 'authorization-kubeconfig'].map((flag) => `--${flag}=${kubeconfig}`),
    `--cert-dir=${folder}`,
    `--root-ca-file=${credentials.authority}`,
    `--service-account-private-key-file=${credentials.serviceAccountKey}`,
    '--use-service-account-credentials',
    // Its own bound on requests is most of the time it takes to start.
    '--kube-api-qps=500',
    '--kube-api-burst=1000',
    '--leader-elect=false',
    '--bind-address=127.0.0.1',
  ];
  return { name: 'kube-controller-manager', flags };
}

export function scheduler(folder: string, credentials: Credentials): Command {
  const kubeconfig = credentials.kubeconfig('scheduler');
  const flags = [
    ...['kubeconfig', 'authentication-kubeconfig', 'authorization-kubeconfig'].map((flag) => `--${flag}=${kubeconfig}`),
    `--cert-dir=${folder}`,
    '--leader-elect=false',
    '--bind-address=127.0.0.1',
  ];
  return { name: 'kube-scheduler', flags };
}

export function kwok(stages: string, credentials: Credentials): Command {
  const flags = [
    `--kubeconfig=${credentials.kubeconfig('kwok')}`,
    `--config=${stages}`,
    '--manage-all-nodes',
    `--cidr=${podRange}`,
    `--node-ip=${nodeAddress}`,
    `--node-port=${kubeletPort}`,
    '--node-lease-duration-seconds=40',
  ];
  return { name: 'kwok', flags };
}

/** @param socket of its own @param desk where it asks for Pods */
export function streams(socket: string, desk: string): Command {
  return { name: 'streams', flags: [socket, desk] };
}
