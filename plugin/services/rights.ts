/** One thing that may be allowed or not, as a Role says it. */
export interface Right {
  readonly verb: string;
  readonly group: string;
  /** With its subresource: `pods/portforward`. */
  readonly resource: string;
  /** Null for all namespaces, and for what is in none. */
  readonly namespace: string | null;
  /** Null where it is about no object in particular. */
  readonly name: string | null;
}

const verbs: ReadonlyMap<string, string> = new Map([
  ['POST', 'create'],
  ['PUT', 'update'],
  ['PATCH', 'patch'],
  ['DELETE', 'delete'],
]);

/**
 * The right that a request needs; null where its path is of no object.
 * https://kubernetes.io/docs/reference/access-authn-authz/authorization/#determine-the-request-verb
 */
export function rightOf(method: string, path: string, query: Readonly<Record<string, string>> = {}): Right | null {
  const [, api, ...parts] = path.split('/').map(decodeURIComponent);
  if (api !== 'api' && api !== 'apis') return null;
  const [group = '', rest] = api === 'api' ? ['', parts.slice(1)] : [parts[0], parts.slice(2)];
  const namespaced = rest[0] === 'namespaces' && rest.length > 2;
  const [resource, name = null, ...sub] = namespaced ? rest.slice(2) : rest;
  if (resource === undefined) return null;
  const reading = query['watch'] === undefined ? (name === null ? 'list' : 'get') : 'watch';
  return {
    verb: verbs.get(method) ?? reading,
    group,
    resource: [resource, ...sub].join('/'),
    namespace: namespaced ? (rest[1] ?? null) : null,
    name,
  };
}

/** `list httpproxies.projectcontour.io in namespace shop` */
export function describeRight({ verb, group, resource, namespace, name }: Right): string {
  const [plural = '', ...sub] = resource.split('/');
  const kind = [group === '' ? plural : `${plural}.${group}`, ...sub].join('/');
  const what = name === null ? kind : `${kind} ${JSON.stringify(name)}`;
  return `${verb} ${what} in ${namespace === null ? 'all namespaces' : `namespace ${namespace}`}`;
}

/** What reading a kind takes together: who may list and not watch is refused again at once. */
const reading = ['get', 'list', 'watch'];
/** A WebSocket begins with a GET, and counts as making something since Kubernetes 1.35. */
const forwarding = ['get', 'create'];

/** The lines of a Role, or of a ClusterRole for all namespaces, that grants the right. */
export function roleFor(right: Right): readonly string[] {
  const { verb, group, resource, namespace } = right;
  const wanted = verbsFor(verb, resource);
  const name = `contour-${wanted === reading ? 'read' : verb}-${resource.replaceAll('/', '-')}`;
  return [
    'apiVersion: rbac.authorization.k8s.io/v1',
    `kind: ${namespace === null ? 'ClusterRole' : 'Role'}`,
    'metadata:',
    `  name: ${name}`,
    ...(namespace === null ? [] : [`  namespace: ${namespace}`]),
    'rules:',
    `  - apiGroups: [${JSON.stringify(group)}]`,
    `    resources: [${JSON.stringify(resource)}]`,
    `    verbs: [${wanted.map((each) => JSON.stringify(each)).join(', ')}]`,
  ];
}

function verbsFor(verb: string, resource: string): readonly string[] {
  if (resource === 'pods/portforward') return forwarding;
  return reading.includes(verb) && !resource.includes('/') ? reading : [verb];
}
