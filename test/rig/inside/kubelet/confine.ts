import { dirname } from 'node:path';
import type { Image } from './images.ts';
import type { Container, Pod, SecurityContext } from './pod.ts';

/** Where a container finds its volumes and who it runs as; all else is in its spec. */
export interface Confinement {
  readonly pod: Pod;
  readonly container: Container;
  readonly image: Image;
  /** The folder that becomes the root of its files. */
  readonly root: string;
  readonly hosts: string;
  readonly resolvConf: string;
  readonly environment: ReadonlyMap<string, string>;
  readonly volume: (name: string) => string;
  /** False where the kernel gives this rig one user only. */
  readonly hasUsers: boolean;
}

/** Of the machine, so that shells and libraries are there, as an image has them. Never anybody's own files. */
const systemFolders = ['usr', 'bin', 'sbin', 'lib', 'lib32', 'lib64', 'nix'];
const systemFiles = ['ld.so.cache', 'passwd', 'group', 'nsswitch.conf'];
const systemSettings = ['ssl', 'alternatives'];
const devices = ['null', 'zero', 'full', 'random', 'urandom', 'tty'];

export const path = '/image/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Printed when a container's files are there and its command begins. */
export const lastWord = '.';

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function bind(from: string, to: string, isReadOnly: boolean): readonly string[] {
  const lines = [
    `if [ -d ${quote(from)} ]; then mkdir -p ${quote(to)}; else mkdir -p ${quote(dirname(to))}; : >>${quote(to)}; fi`,
    `mount --bind ${quote(from)} ${quote(to)}`,
  ];
  return isReadOnly ? [...lines, `mount -o remount,bind,ro ${quote(to)}`] : lines;
}

function system(root: string): readonly string[] {
  return [
    `mount -t tmpfs -o mode=755 root ${root}`,
    `mkdir -p ${root}/proc ${root}/dev/shm ${root}/etc ${root}/tmp ${root}/run ${root}/var/run ${root}/root ${root}/image/bin`,
    `chmod 1777 ${root}/tmp`,
    ...systemFolders.map(
      (name) =>
        `if [ -L /${name} ]; then cp -P /${name} ${root}/${name}; elif [ -d /${name} ]; then mkdir ${root}/${name}; mount --rbind /${name} ${root}/${name}; mount -o remount,bind,ro ${root}/${name}; fi`,
    ),
    ...systemFiles.map((name) => `[ ! -e /etc/${name} ] || cp -L /etc/${name} ${root}/etc/`),
    ...systemSettings.map(
      (name) =>
        `[ ! -d /etc/${name} ] || { mkdir ${root}/etc/${name}; mount --bind /etc/${name} ${root}/etc/${name}; }`,
    ),
    `mount -t proc proc ${root}/proc`,
    ...devices.map((name) => `: >${root}/dev/${name}; mount --bind /dev/${name} ${root}/dev/${name}`),
    `mount -t tmpfs -o mode=1777 shm ${root}/dev/shm`,
    `ln -s /proc/self/fd ${root}/dev/fd`,
    ...['stdin', 'stdout', 'stderr'].map((name, fd) => `ln -s /proc/self/fd/${fd} ${root}/dev/${name}`),
  ];
}

function programs({ image, root }: Confinement): readonly string[] {
  const wrappers = [...image.commands].flatMap(([name, words]) => [
    `printf '%s\\n' '#!/bin/sh' ${quote(`exec ${words.join(' ')} "$@"`)} >${root}/image/bin/${name}`,
    `chmod 755 ${root}/image/bin/${name}`,
  ]);
  return [...wrappers, ...image.mounts.flatMap(({ from, to }) => bind(from, `${root}${to}`, true))];
}

function volumes({ container, root, volume }: Confinement): readonly string[] {
  return (container.volumeMounts ?? []).flatMap(({ name, mountPath, subPath, readOnly }) => {
    const from = subPath === undefined ? volume(name) : `${volume(name)}/${subPath}`;
    return bind(from, `${root}${mountPath}`, readOnly === true);
  });
}

/** What of the Pod and of the container says who it runs as; the container's own word counts first. */
function securityOf({ spec }: Pod, container: Container): SecurityContext {
  return { ...spec.securityContext, ...container.securityContext };
}

/** The words before a command that make it run as the spec says. Throws where the spec contradicts itself. */
export function asUser(pod: Pod, container: Container, hasUsers: boolean): readonly string[] {
  const security = securityOf(pod, container);
  const user = security.runAsUser ?? 0;
  if (security.runAsNonRoot === true && user === 0)
    throw new Error(`container has runAsNonRoot and ${container.image} will run as root`);
  const { fsGroup, supplementalGroups = [] } = pod.spec.securityContext ?? {};
  const group = security.runAsGroup ?? 0;
  const groups = [group, ...(fsGroup === undefined ? [] : [fsGroup]), ...supplementalGroups];
  const users = hasUsers ? [`--reuid=${user}`, `--regid=${group}`, `--groups=${groups.join(',')}`] : [];
  const isBound = security.capabilities?.drop?.includes('ALL') === true;
  const kept = (security.capabilities?.add ?? []).map((name) => `,+${name.toLowerCase()}`).join('');
  const bounds = isBound ? [`--bounding-set=-all${kept}`, `--inh-caps=-all${kept}`] : [];
  const nothingNew = security.allowPrivilegeEscalation === false ? ['--no-new-privs'] : [];
  return ['/usr/bin/setpriv', ...users, ...bounds, ...nothingNew, '--'];
}

/** The words before a command that give it the container's environment and folder, and nothing else. */
export function inEnvironment({ container, environment }: Pick<Confinement, 'container' | 'environment'>) {
  const variables = [...environment].map(([name, value]) => `${name}=${value}`);
  return ['/usr/bin/env', '-i', '-C', container.workingDir ?? '/', ...variables];
}

/**
 * A shell script for a process that is first in namespaces of its own (mounts, processes, host name). It builds the
 * container's files, says `lastWord` on fd 3 and becomes `command`. What goes wrong before is said on fd 3.
 */
export function confine(confinement: Confinement, command: readonly string[]): string {
  const { pod, container, root, hosts, resolvConf, hasUsers } = confinement;
  const isReadOnly = securityOf(pod, container).readOnlyRootFilesystem === true;
  const words = [...asUser(pod, container, hasUsers), ...inEnvironment(confinement), ...command];
  return [
    'set -e',
    'exec 4>&2 2>&3',
    `mkdir -p ${root}`,
    ...system(root),
    `cp ${quote(hosts)} ${root}/etc/hosts`,
    `cp ${quote(resolvConf)} ${root}/etc/resolv.conf`,
    `echo ${quote(pod.metadata.name)} >${root}/etc/hostname`,
    `hostname ${quote(pod.metadata.name)}`,
    ...programs(confinement),
    ...volumes(confinement),
    ...(isReadOnly ? [`mount -o remount,bind,ro ${root}`] : []),
    `printf '${lastWord}' >&3`,
    `exec 2>&4 3>&- 4>&- chroot ${root} ${words.map(quote).join(' ')}`,
  ].join('\n');
}
