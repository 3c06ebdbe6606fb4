import { hostOfAuthority } from './authority.ts';

/**
 * The declared host that Envoy would choose for the name in a request, or null: the exact name, else the
 * wildcard directly above it (a wildcard stands for one label), else the host of every other name.
 *
 * @param declared host names as they are declared, lower case
 * @param authority as in a request: any case, with or without a port; a dot at its end is part of the name
 */
export function chooseHost(declared: { has(host: string): boolean }, authority: string): string | null {
  const name = hostOfAuthority(authority);
  const dot = name.indexOf('.');
  const candidates = [name, ...(dot < 1 ? [] : [`*${name.slice(dot)}`]), '*'];
  return candidates.find((candidate) => declared.has(candidate)) ?? null;
}
