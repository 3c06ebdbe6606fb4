import type { Severity } from '../objects/diagnostic.ts';

interface Reason {
  readonly severity: Severity;
  /** What it means and what to do, for the reference page. */
  readonly about: string;
}

/**
 * Every diagnostic there is, by `type/reason`. The words are Contour's wherever Contour has them; the
 * ones it lacks are marked `ours` in the text.
 */
export const reasons = {
  'VirtualHostError/FQDNNotSpecified': error('A root has no usable host name. Give virtualhost.fqdn a DNS name.'),
  'VirtualHostError/DuplicateVhost': error(
    'Another root holds this host and keeps serving it. Use another name, or let the holder include this proxy.',
  ),
  'RootNamespaceError/RootProxyNotAllowedInNamespace': error(
    'Roots may only live in the root namespaces. Remove virtualhost and have a root include this proxy.',
  ),
  'SpecError/NothingDefined': error('The proxy has neither routes nor includes nor a tcpproxy.'),
  'SpecError/InvalidField': error('Ours. A field has a value that cannot be read; what depends on it is closed.'),
  'SpecError/UnknownField': warning('Ours. A field that nobody reads, most often a misspelt one.'),
  'SpecError/NotServedYet': warning('Ours. The field is known and has no effect yet.'),
  'SpecError/NotServedYetClosed': error(
    'Ours. The field restricts or protects and has no effect yet, so what it protects answers 503.',
  ),
  'TLSError/TLSConfigNotValid': error('The TLS block contradicts itself.'),
  'TLSError/SecretNotValid': error('The Secret is missing or is no usable certificate and key.'),
  'TLSError/DelegationNotPermitted': error('The Secret lives in another namespace, which has not delegated it.'),
  'IncludeError/IncludeCreatesCycle': error('The include leads back to a proxy that is already on the way here.'),
  'IncludeError/IncludeNotFound': error('There is no such HTTPProxy. Requests for it answer 502.'),
  'IncludeError/IncludeNotRead': warning(
    'Ours. The plugin was not allowed to read the included HTTPProxy, so what answers there is not known to it.',
  ),
  'IncludeError/RootIncludesRoot': error('A proxy with a virtualhost cannot be included.'),
  'IncludeError/PathMatchConditionsNotValid': error(
    'An include may be narrowed by one prefix, by headers and by query.',
  ),
  'IncludeError/HeaderMatchConditionsNotValid': error('The header conditions of the include contradict each other.'),
  'IncludeError/QueryParameterMatchConditionsNotValid': error(
    'The query conditions of the include contradict each other.',
  ),
  'IncludeError/DuplicateMatchConditions': error('An earlier include of the same proxy has the same conditions.'),
  'IncludeError/TooManyIncludes': error(
    'Ours. The host is at its bound of includes or routes; what came before serves.',
  ),
  'IncludeError/TooDeep': error('Ours. Includes are nested deeper than the bound.'),
  'RouteError/RouteActionCountNotValid': error(
    'A route needs exactly one of services, a redirect or a direct response.',
  ),
  'RouteError/PathMatchConditionsNotValid': error(
    'A route takes at most one path condition, which starts with a slash.',
  ),
  'RouteError/HeaderMatchConditionsNotValid': error('The header conditions of the route contradict each other.'),
  'RouteError/QueryParameterMatchConditionsNotValid': error('The query conditions of the route contradict each other.'),
  'RouteError/DuplicateMatchConditions': warning(
    'Ours. Another route of the host has the same conditions and answers.',
  ),
  'ServiceError/ServicePortInvalid': error('A port is a number from 1 to 65535.'),
  'ServiceError/ServiceUnresolvedReference': error('The Service, or its port, does not exist, or may not be used.'),
  'ServiceError/UnsupportedProtocol': error('The protocol is one of h2, h2c and tls.'),
  'ServiceError/OnlyOneMirror': error('A route mirrors to one Service at most.'),
  'ServiceError/WeightNotValid': error('Ours. Weights are whole numbers from 0, and add up to 4294967295 at most.'),
  'Orphaned/Orphaned': error('No root includes this proxy.'),
  'IngressError/PathNotValid': error('Ours. The path of an Ingress rule cannot be matched.'),
  'IngressError/PathTaken': warning('Ours. An older object holds this host and path and keeps it.'),
  'IngressError/BackendNotValid': error('Ours. The backend of an Ingress rule is not a Service that can be used.'),
} as const satisfies Record<string, Reason>;

/** `type/reason` of every diagnostic. */
export type ReasonKey = keyof typeof reasons;

function error(about: string): Reason {
  return { severity: 'error', about };
}

function warning(about: string): Reason {
  return { severity: 'warning', about };
}
