import { readFileSync } from 'node:fs';

/** Put in by the build; the sources run without it. */
declare const KUBECTL_CONTOUR_VERSION: string | undefined;

export function controllerVersion(): string {
  if (typeof KUBECTL_CONTOUR_VERSION === 'string') return KUBECTL_CONTOUR_VERSION;
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { readonly version: string }).version;
}
