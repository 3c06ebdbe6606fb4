/** What a command line says instead of the kubeconfig. Null is: as the kubeconfig has it. */
export interface Overrides {
  readonly context: string | null;
  readonly cluster: string | null;
  readonly user: string | null;
  readonly server: string | null;
  readonly token: string | null;
  readonly username: string | null;
  readonly password: string | null;
  /** Files, as all paths below. */
  readonly certificateAuthority: string | null;
  readonly clientCertificate: string | null;
  readonly clientKey: string | null;
  readonly insecureSkipTlsVerify: boolean;
  readonly tlsServerName: string | null;
  readonly impersonate: Impersonation | null;
}

/** https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation */
export interface Impersonation {
  readonly user: string;
  readonly uid: string | null;
  readonly groups: readonly string[];
  readonly extra: readonly (readonly [key: string, value: string])[];
}

export const noOverrides: Overrides = {
  context: null,
  cluster: null,
  user: null,
  server: null,
  token: null,
  username: null,
  password: null,
  certificateAuthority: null,
  clientCertificate: null,
  clientKey: null,
  insecureSkipTlsVerify: false,
  tlsServerName: null,
  impersonate: null,
};

export function impersonationHeaders({
  user,
  uid,
  groups,
  extra,
}: Impersonation): Readonly<Record<string, string | readonly string[]>> {
  const extras = new Map<string, readonly string[]>();
  // A key may hold what no name of a header may.
  for (const [key, value] of extra) {
    const name = `Impersonate-Extra-${encodeURIComponent(key.toLowerCase())}`;
    extras.set(name, [...(extras.get(name) ?? []), value]);
  }
  return {
    'Impersonate-User': user,
    ...(uid === null ? {} : { 'Impersonate-Uid': uid }),
    ...(groups.length === 0 ? {} : { 'Impersonate-Group': groups }),
    ...Object.fromEntries(extras),
  };
}
