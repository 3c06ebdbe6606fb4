import type { ConnectionFlags } from '../../command-line/connection-flags.ts';
import { filled } from '../scope.ts';

const places = ['kubeconfig', 'context', 'cluster', 'user', 'server'] as const;

type ClusterFlags = Pick<ConnectionFlags, (typeof places)[number]>;

/** The flags that say where a command works, to be typed again with the next one; with a space before each. */
export function placeWords(flags: ClusterFlags & Pick<ConnectionFlags, 'namespace'>): string {
  return words('-n', flags.namespace) + clusterWords(flags);
}

/** Of these the flags that say which cluster. */
export function clusterWords(flags: ClusterFlags): string {
  return places.map((name) => words(`--${name}`, flags[name])).join('');
}

function words(flag: string, value: string | undefined): string {
  const given = filled(value);
  return given === null ? '' : ` ${flag} ${shellWord(given)}`;
}

/** A word as a shell takes it. */
export function shellWord(text: string): string {
  return /^[A-Za-z0-9_./:=@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
