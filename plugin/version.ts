import { readFileSync } from 'node:fs';

/** Put in by the build; the sources run without it. */
declare const KUBECTL_CONTOUR_VERSION: string | undefined;

export function pluginVersion(): string {
  return typeof KUBECTL_CONTOUR_VERSION === 'string' ? KUBECTL_CONTOUR_VERSION : versionOfSources();
}

export function clientVersionLine(): string {
  return `Client Version: v${pluginVersion()}\n`;
}

function versionOfSources(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { readonly version: string }).version;
}
