export interface Version {
  /** By semver.org, without a v. */
  readonly version: string;
}

export interface CrdVersions {
  readonly group: string;
  readonly versions: readonly string[];
}

/** What `version -o json` prints; its schema is docs/schemas/version.schema.json. With --client it is `client` alone. */
export interface VersionReport {
  readonly client: Version;
  /** Null where it is not known. */
  readonly controller: Version | null;
  /** What the API server serves of Contour's kinds; null where it was not asked, or did not say. */
  readonly crd: CrdVersions | null;
  /** Those that the controllers know; null where none answered. */
  readonly envoys: readonly (Version & { readonly name: string })[] | null;
  /** What is too far apart to work together. */
  readonly skew: readonly Skew[];
}

export interface Skew {
  readonly component: 'controller' | 'crd' | 'envoy';
  readonly message: string;
}
