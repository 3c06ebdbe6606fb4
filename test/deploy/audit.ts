import { type Manifest, rulesOf } from './manifests.ts';

/** What of an entry of the API server's audit log is read. https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/ */
interface AuditEvent {
  readonly verb: string;
  readonly requestURI: string;
  readonly user: { readonly username: string };
  readonly objectRef?: { readonly resource: string; readonly subresource?: string };
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface AuditedCalls {
  /** `KIND ROLE may VERB RESOURCE`, each once: the right that a call was allowed by. */
  readonly used: ReadonlySet<string>;
  /** Calls that were refused, or needed no right of ours. */
  readonly others: ReadonlySet<string>;
}

const right = (role: string, verb: string, resource: string): string => `${role} may ${verb} ${resource}`;

/** @param lines of the audit log, the last one maybe not whole yet
 *  @param ourRoles as `KIND NAME` */
export function auditedCalls(lines: readonly string[], ourRoles: readonly string[]): AuditedCalls {
  const [used, others] = [new Set<string>(), new Set<string>()];
  for (const line of lines.filter((text) => text.endsWith('}'))) {
    const event = JSON.parse(line) as AuditEvent;
    const { verb, requestURI, user, objectRef, annotations = {} } = event;
    const reason = annotations['authorization.k8s.io/reason'] ?? '';
    const [, kind, name] = /^RBAC: allowed by \w+ "[^"]+" of (\w+) "([^"]+)"/.exec(reason) ?? [];
    const role = `${kind} ${name}`;
    const resource = [objectRef?.resource ?? requestURI, objectRef?.subresource].filter(Boolean).join('/');
    if (ourRoles.includes(role)) used.add(right(role, verb, resource));
    else others.add(`${user.username.replace(/^.*:/, '')}: ${verb} ${resource} (${reason || 'refused'})`);
  }
  return { used, others };
}

/** The same of what roles of these objects grant. */
export function grantedRights(objects: readonly Manifest[], roles: readonly string[]): ReadonlySet<string> {
  return new Set(
    roles.flatMap((role) =>
      rulesOf(objects, role).flatMap(({ resources, verbs }) =>
        resources.flatMap((resource) => verbs.map((verb) => right(role, verb, resource))),
      ),
    ),
  );
}
