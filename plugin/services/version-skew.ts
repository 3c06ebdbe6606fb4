import type { CrdVersions, Skew, VersionReport } from '../version-report.ts';

/** Minor versions of Envoy 1 that the controller is made for. */
const envoys = { first: 36, last: 40 } as const;

/** What of a cluster is too far from this plugin, or from what the controller is made for. */
export function versionSkew({ client, controller, crd, envoys: known }: Omit<VersionReport, 'skew'>): readonly Skew[] {
  return [
    ...controllerSkew(client.version, controller?.version ?? null),
    ...(crd === null ? [] : crdSkew(crd)),
    ...envoySkew(known ?? []),
  ];
}

/** In kubectl's words. */
function controllerSkew(client: string, controller: string | null): readonly Skew[] {
  const [ours, theirs] = [partsOf(client), controller === null ? null : partsOf(controller)];
  if (controller === null || ours === null || theirs === null) return [];
  if (ours.major === theirs.major && Math.abs(ours.minor - theirs.minor) <= 1) return [];
  const message = `version difference between client (${client}) and controller (${controller}) exceeds the supported minor version skew of +/-1`;
  return [{ component: 'controller', message }];
}

function crdSkew({ group, versions }: CrdVersions): readonly Skew[] {
  if (versions.includes('v1')) return [];
  const found = versions.length === 0 ? 'the CRDs are not installed' : `it serves ${versions.join(', ')}`;
  return [{ component: 'crd', message: `the API server does not serve ${group}/v1: ${found}` }];
}

function envoySkew(known: NonNullable<VersionReport['envoys']>): readonly Skew[] {
  return known.flatMap(({ name, version }): readonly Skew[] => {
    const parts = partsOf(version);
    if (parts === null || (parts.major === 1 && parts.minor >= envoys.first && parts.minor <= envoys.last)) return [];
    const message = `the Envoy ${name} is of version ${version}, and 1.${envoys.first} to 1.${envoys.last} are supported`;
    return [{ component: 'envoy', message }];
  });
}

/** Null for what is no version. */
function partsOf(version: string): { readonly major: number; readonly minor: number } | null {
  const [, major, minor] = /^v?([0-9]+)\.([0-9]+)/.exec(version) ?? [];
  return major === undefined || minor === undefined ? null : { major: Number(major), minor: Number(minor) };
}
