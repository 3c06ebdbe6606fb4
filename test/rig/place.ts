import { join } from 'node:path';
import type { Programs } from './inside/kubelet/images.ts';
import type { Parts } from './parts/build.ts';

/** Where everything of a rig is. The folder is a file system in memory that only the rig's processes see. */
export interface Place {
  readonly folder: string;
  readonly parts: Parts;
  readonly programs: Programs;
}

/** Pods that run nothing get their addresses from here. All of it is local to the rig: one process answers for all. */
export const podRange = '10.244.0.0/16';

/** Pods that run what their spec says get theirs from here; each is in a network of its own. */
export const runRange = '10.245.0.0';

/** The node's, where Pods of its network are. */
export const nodeAddress = '10.245.255.253';

export const serviceRange = '10.96.0.0/16';

/** Services of type LoadBalancer get theirs from here. */
export const loadBalancerRange = '10.246.0.0/16';

// kube-apiserver advertises no loopback address. They are at the far end of the range, where no Pod comes soon.
export const apiAddress = '10.244.255.254';

/** The way to our Envoys and controllers, wherever they run. */
export const frontAddress = '10.244.255.252';
export const frontPorts = { http: 80, https: 443 } as const;

/** Of the rig's own loopback: controllers answer nobody who calls them by another name. */
export const debugPort = 6060;

export const dnsAddress = '10.96.0.10';

export const kubeletPort = 10_250;

export const nodeName = 'rig';

export const apiPort = 6443;

export const apiUrl = `https://${apiAddress}:${apiPort}`;

/** Where who is outside is led in. */
export function doorIn(folder: string): string {
  return join(folder, 'door');
}

/** What the accounts of our own namespace asked of the API server: a line of JSON a request. */
export function auditLogIn(folder: string): string {
  return join(folder, 'audit.log');
}

/** Lines of JSON from the process inside to the one that started it. */
export type Report =
  | { readonly type: 'ready' }
  /** The rig is not up, or no longer, and why. */
  | { readonly type: 'failed'; readonly message: string };

/** Where orders are taken while the rig is up. */
export function controlIn(folder: string): string {
  return join(folder, 'control');
}
