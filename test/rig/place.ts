import { join } from 'node:path';
import type { Parts } from './parts/build.ts';

/** Where everything of a rig is. The folder is a file system in memory that only the rig's processes see. */
export interface Place {
  readonly folder: string;
  readonly parts: Parts;
}

/** Pods get their addresses from here. All of it is local to the rig, so one process can answer for any Pod. */
export const podRange = '10.244.0.0/16';

export const serviceRange = '10.96.0.0/16';

// kube-apiserver advertises no loopback address. Both are at the far end of the range, where no Pod comes soon.
export const apiAddress = '10.244.255.254';
export const nodeAddress = '10.244.255.253';
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
