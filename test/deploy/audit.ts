import type { Manifest, Rule } from './manifests.ts';

/** What of an entry of the API server's audit log is read. https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/ */
interface AuditEvent {
  readonly verb: string;
  readonly requestURI: string;
  readonly user: { readonly username: string };
  readonly objectRef?: {
    readonly apiGroup?: string;
    readonly resource: string;
    readonly subresource?: string;
    readonly name?: string;
  };
  readonly annotations?: Readonly<Record<string, string>>;
}

/** `KIND NAMESPACE/ROLE may VERB GROUP/RESOURCE`, and the name of the object where the role says which: each once. */
export type Rights = ReadonlySet<string>;

export interface AuditedCalls {
  /** The rights that calls were allowed by. */
  readonly used: Rights;
  /** Calls that were refused, or needed no right of ours. */
  readonly others: ReadonlySet<string>;
}

const allowed = /^RBAC: allowed by \w+ "[^"/]+(?:\/([^"]+))?" of (\w+) "([^"]+)"/;

const roleName = (kind: string, namespace: string, name: string): string =>
  namespace === '' ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;

/** @param lines of the audit log, the last one maybe not whole yet */
export function auditedCalls(lines: readonly string[], granted: Rights): AuditedCalls {
  const [used, others] = [new Set<string>(), new Set<string>()];
  for (const line of lines.filter((text) => text.endsWith('}'))) {
    const event = JSON.parse(line) as AuditEvent;
    const { verb, requestURI, user, objectRef, annotations = {} } = event;
    const reason = annotations['authorization.k8s.io/reason'] ?? '';
    const [, namespace = '', kind = '', name = ''] = allowed.exec(reason) ?? [];
    const named = [objectRef?.resource, objectRef?.subresource].filter(Boolean).join('/');
    const resource = named === '' ? requestURI : inGroup(objectRef?.apiGroup, named);
    const right = `${roleName(kind, namespace, name)} may ${verb} ${resource}`;
    const found = [`${right} ${objectRef?.name ?? ''}`, right].find((each) => granted.has(each));
    if (found !== undefined) used.add(found);
    else others.add(`${user.username.replace(/^.*:/, '')}: ${verb} ${resource} (${reason || 'refused'})`);
  }
  return { used, others };
}

/** What the roles of these objects grant to accounts: those that other roles are put together from, or people have, do not count. */
export function grantedRights(objects: readonly Manifest[]): Rights {
  const bound = new Set(objects.flatMap((object) => boundRole(object) ?? []));
  return new Set(
    objects.flatMap(({ kind, metadata: { namespace = '', name }, rules = [] }) => {
      const role = roleName(kind, namespace, name);
      if (!bound.has(role)) return [];
      return rules.flatMap((rule) => rightsOf(role, rule));
    }),
  );
}

/** Paths that are of no object never count as used: we ask for none. */
function rightsOf(role: string, { apiGroups, resources, resourceNames = [''], nonResourceURLs = [], verbs }: Rule) {
  const kinds = apiGroups.flatMap((group) => resources.map((resource) => inGroup(group, resource)));
  return [
    ...kinds.flatMap((kind) =>
      verbs.flatMap((verb) => resourceNames.map((one) => `${role} may ${verb} ${kind} ${one}`.trimEnd())),
    ),
    ...nonResourceURLs.flatMap((url) => verbs.map((verb) => `${role} may ${verb} ${url}`)),
  ];
}

/** As kubectl names kinds of a group; those of the core have none. */
function inGroup(group = '', resource: string): string {
  return group === '' ? resource : `${group}/${resource}`;
}

/** The role that a binding of ours gives to an account. */
function boundRole({ kind, metadata: { namespace = '' }, roleRef }: Manifest): string | null {
  if (roleRef === undefined) return null;
  return roleName(roleRef.kind, kind === 'ClusterRoleBinding' ? '' : namespace, roleRef.name);
}
