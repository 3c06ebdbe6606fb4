import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { apiAddress } from '../../place.ts';

const run = promisify(execFile);

/** A network of its own, with a loopback and one address of the rig's. */
export interface Network {
  /** The namespace, as a file: `nsenter --net=`. */
  readonly file: string;
  readonly address: string;
  close(): Promise<void>;
}

// The other end of every Pod's wire, and the Pod's way to everybody else. https://docs.tigera.io/calico/latest/reference/faq#why-cant-i-see-the-16925411-address-mentioned-above-on-my-host
const gateway = '169.254.1.1';

/**
 * Makes a namespace at `address`, which the whole rig reaches. Its device of the rig is named after `index`, which
 * nobody else has. All of it is gone with `close`, or with the last process of the rig.
 */
export async function openNetwork(folder: string, index: number, address: string): Promise<Network> {
  const file = join(folder, `net-${index}`);
  const device = `pod${index}`;
  await writeFile(file, '');
  await run('unshare', [`--net=${file}`, 'true']);
  const inner = [
    'ip link set lo up',
    `ip link add eth0 type veth peer name ${device} netns ${process.pid}`,
    `ip addr add ${address}/32 dev eth0`,
    'ip link set eth0 up',
    `ip route add ${gateway} dev eth0`,
    `ip route add default via ${gateway}`,
  ];
  await run('nsenter', [`--net=${file}`, 'sh', '-ec', inner.join('\n')]);
  const outer = [
    `ip addr add ${gateway}/32 dev ${device}`,
    `ip link set ${device} up`,
    `ip route add ${address}/32 dev ${device} src ${apiAddress}`,
  ];
  await run('sh', ['-ec', outer.join('\n')]);
  return {
    file,
    address,
    async close() {
      // The end of a wire is gone with the other one, which is gone only after the last connection of its namespace.
      await run('ip', ['link', 'delete', device]).catch(() => {});
      await run('umount', [file]);
    },
  };
}
