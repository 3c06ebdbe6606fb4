import { copyFileSync, mkdirSync, readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Identity } from './authority.ts';

/** A folder of `ca.crt`, `tls.crt` and `tls.key` as kubelet mounts a Secret. */
export interface MountedSecret extends Identity {
  /** Swaps all three at once, as kubelet does: by the rename of one symbolic link that all of them lead through. */
  rotate(identity: Identity): void;
}

export function mountSecret(folder: string, first: Identity): MountedSecret {
  let rotations = 0;
  mkdirSync(folder, { recursive: true });
  const rotate = ({ ca, certificate, key }: Identity): void => {
    rotations += 1;
    const fresh = `..data-${rotations}`;
    mkdirSync(join(folder, fresh));
    for (const [from, to] of [
      [ca, 'ca.crt'],
      [certificate, 'tls.crt'],
      [key, 'tls.key'],
    ] as const)
      copyFileSync(from, join(folder, fresh, to));
    const old = rotations === 1 ? null : readlinkSync(join(folder, '..data'));
    symlinkSync(fresh, join(folder, '..data_tmp'));
    renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
    if (old !== null) rmSync(join(folder, old), { recursive: true });
  };
  rotate(first);
  for (const name of ['ca.crt', 'tls.crt', 'tls.key']) symlinkSync(`..data/${name}`, join(folder, name));
  return {
    ca: join(folder, 'ca.crt'),
    certificate: join(folder, 'tls.crt'),
    key: join(folder, 'tls.key'),
    rotate,
  };
}
