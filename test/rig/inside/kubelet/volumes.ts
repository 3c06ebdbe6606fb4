import { chmod, chown, mkdir, readdir, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DataFiles, DownwardFiles, Pod, ProjectedSource, TokenFile, Volume } from './pod.ts';

export interface DataObject {
  readonly data?: Readonly<Record<string, string>>;
  readonly binaryData?: Readonly<Record<string, string>>;
}

/** What volumes are made from. */
export interface VolumePorts {
  /** The object as it is stored now; null where there is none. */
  secret(name: string): Promise<DataObject | null>;
  configMap(name: string): Promise<DataObject | null>;
  token(file: TokenFile): Promise<string>;
  field(path: string): string;
}

/** A file of a volume, by its path in it. */
type Files = Map<string, { readonly bytes: Buffer; readonly mode: number }>;

const usualMode = 0o644;

function bytesOf(kind: 'secret' | 'configMap', { data = {}, binaryData = {} }: DataObject): Map<string, Buffer> {
  const plain = kind === 'secret' ? 'base64' : 'utf8';
  const found = new Map<string, Buffer>();
  for (const [key, value] of Object.entries(data)) found.set(key, Buffer.from(value, plain));
  for (const [key, value] of Object.entries(binaryData)) found.set(key, Buffer.from(value, 'base64'));
  return found;
}

async function addData(
  files: Files,
  kind: 'secret' | 'configMap',
  source: DataFiles,
  mode: number,
  ports: VolumePorts,
): Promise<void> {
  const name = source.secretName ?? source.name ?? '';
  const object = await ports[kind](name);
  if (object === null && source.optional !== true) throw new Error(`${kind} "${name}" not found`);
  const bytes = bytesOf(kind, object ?? {});
  const items = source.items ?? [...bytes.keys()].map((key) => ({ key, path: key, mode: undefined }));
  for (const item of items) {
    const found = bytes.get(item.key);
    if (found !== undefined) files.set(item.path, { bytes: found, mode: item.mode ?? mode });
    else if (source.optional !== true) throw new Error(`${kind} "${name}" has no key ${item.key}`);
  }
}

function addFields(files: Files, { items = [] }: DownwardFiles, mode: number, ports: VolumePorts): void {
  for (const item of items) {
    const value = item.fieldRef === undefined ? '' : ports.field(item.fieldRef.fieldPath);
    files.set(item.path, { bytes: Buffer.from(value), mode: item.mode ?? mode });
  }
}

async function addSource(files: Files, source: ProjectedSource, mode: number, ports: VolumePorts): Promise<void> {
  if (source.secret !== undefined) await addData(files, 'secret', source.secret, mode, ports);
  if (source.configMap !== undefined) await addData(files, 'configMap', source.configMap, mode, ports);
  if (source.downwardAPI !== undefined) addFields(files, source.downwardAPI, mode, ports);
  if (source.serviceAccountToken !== undefined) {
    const token = await ports.token(source.serviceAccountToken);
    files.set(source.serviceAccountToken.path, { bytes: Buffer.from(token), mode });
  }
}

/** What a volume holds now; null for one that is written by its containers. Rejects where something is missing. */
async function filesOf(volume: Volume, ports: VolumePorts): Promise<Files | null> {
  const files: Files = new Map();
  const { secret, configMap, downwardAPI, projected } = volume;
  if (secret !== undefined) await addData(files, 'secret', secret, secret.defaultMode ?? usualMode, ports);
  else if (configMap !== undefined)
    await addData(files, 'configMap', configMap, configMap.defaultMode ?? usualMode, ports);
  else if (downwardAPI !== undefined) addFields(files, downwardAPI, downwardAPI.defaultMode ?? usualMode, ports);
  else if (projected !== undefined)
    for (const source of projected.sources ?? [])
      await addSource(files, source, projected.defaultMode ?? usualMode, ports);
  else if (volume.emptyDir !== undefined) return null;
  else throw new Error(`volume ${volume.name} is of a kind that the rig does not have`);
  return files;
}

async function currentOf(folder: string): Promise<string | null> {
  return readlink(join(folder, '..data')).catch(() => null);
}

/**
 * All files change at once, by the exchange of one link, as a kubelet does it.
 * https://kubernetes.io/docs/concepts/configuration/secret/#using-secrets-as-files-from-a-pod
 */
async function writeFiles(folder: string, files: Files, group: number | null): Promise<void> {
  const before = await currentOf(folder);
  const fresh = `..${process.hrtime.bigint()}`;
  await mkdir(join(folder, fresh), { recursive: true });
  for (const [path, { bytes, mode }] of files) {
    const file = join(folder, fresh, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, bytes);
    await chmod(file, group === null ? mode : mode | 0o440);
    if (group !== null) await chown(file, 0, group);
  }
  await symlink(fresh, join(folder, '..data_tmp'));
  await rename(join(folder, '..data_tmp'), join(folder, '..data'));
  const tops = new Set([...files.keys()].map((path) => path.split('/')[0] ?? path));
  const present = new Set((await readdir(folder)).filter((name) => !name.startsWith('..')));
  for (const top of tops) if (!present.has(top)) await symlink(join('..data', top), join(folder, top));
  for (const name of present) if (!tops.has(name)) await rm(join(folder, name));
  if (before !== null) await rm(join(folder, before), { recursive: true });
}

function isEqual(one: Files | null, other: Files): boolean {
  if (one?.size !== other.size) return false;
  return [...other].every(([path, { bytes }]) => one.get(path)?.bytes.equals(bytes) === true);
}

/** The volumes of one Pod. */
export interface Volumes {
  /** The folder of a volume. */
  folder(name: string): string;
  /** Writes what has changed since. Rejects where something that a volume names is not there. */
  refresh(): Promise<void>;
}

/** @param hasUsers false where the kernel gives this rig one user only, who then has every file. */
export function createVolumes(folder: string, pod: Pod, ports: VolumePorts, hasUsers: boolean): Volumes {
  const written = new Map<string, Files>();
  const group = (hasUsers ? pod.spec.securityContext?.fsGroup : undefined) ?? null;
  const place = (name: string): string => join(folder, 'volumes', name);
  const refreshOne = async (volume: Volume): Promise<void> => {
    const files = await filesOf(volume, ports);
    const isNew = (await mkdir(place(volume.name), { recursive: true })) !== undefined;
    if (files === null) {
      if (isNew) await chmod(place(volume.name), 0o777);
    } else if (!isEqual(written.get(volume.name) ?? null, files)) {
      await writeFiles(place(volume.name), files, group);
      written.set(volume.name, files);
    }
  };
  return {
    folder: place,
    async refresh() {
      for (const volume of pod.spec.volumes ?? []) await refreshOne(volume);
    },
  };
}
