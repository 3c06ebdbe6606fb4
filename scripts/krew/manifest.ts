export interface KrewArchive {
  /** `linux-amd64`, as the template names it. */
  readonly platform: string;
  readonly file: string;
  readonly sha256: string;
}

export interface KrewRelease {
  readonly version: string;
  /** Folder the archives are published in, without a slash at its end. */
  readonly url: string;
  readonly archives: readonly KrewArchive[];
}

/** Fills krew-manifest.yaml. Throws when the template asks for something that the release does not hold. */
export function fillManifest(template: string, release: KrewRelease): string {
  const values = new Map([
    ['version', release.version],
    ['url', release.url],
    ...release.archives.flatMap(({ platform, file, sha256 }): [string, string][] => [
      [`archive ${platform}`, file],
      [`sha256 ${platform}`, sha256],
    ]),
  ]);
  return template.replaceAll(/^#.*\n/gm, '').replaceAll(/\{\{([^}]+)\}\}/g, (_placeholder, name: string) => {
    const value = values.get(name);
    if (value === undefined) throw new Error(`krew-manifest.yaml asks for "${name}", which the build does not make`);
    return value;
  });
}
