import { isRecord, type RawObject, type Watched } from '../../kubernetes/watched.ts';
import type { HTTPProxy, KubernetesObject } from '../../routing/objects/kubernetes-object.ts';

/** Stands for what we may not see in the names of objects: no object of a cluster has such a name. */
export const unseen = '(unseen)';

/** What the `Included` condition of each HTTPProxy says, by `namespace/name`. */
export type Inclusions = ReadonlyMap<string, string>;

/** Notes what is said of inclusions of whatever is read, then and later. */
export function notingInclusions(
  watched: Watched<KubernetesObject>,
  inclusions: Map<string, string>,
): Watched<KubernetesObject> {
  return {
    ...watched,
    read(raw, names) {
      const key = `${names.namespace}/${names.name}`;
      const message = includedMessage(raw);
      if (message === null) inclusions.delete(key);
      else inclusions.set(key, message);
      return watched.read(raw, names);
    },
  };
}

function includedMessage({ status }: RawObject): string | null {
  const conditions = isRecord(status) && Array.isArray(status['conditions']) ? status['conditions'] : [];
  const included = conditions
    .filter(isRecord)
    .find(({ type, status: holds }) => type === 'Included' && holds === 'True');
  return typeof included?.['message'] === 'string' ? included['message'] : null;
}

type Include = NonNullable<HTTPProxy['spec']['includes']>[number];
type Condition = NonNullable<Include['conditions']>[number];

/**
 * The roots that lead to HTTPProxies from where we may not look, as far as the status of these tells: one for each host
 * that no root which we see asks for.
 */
export function unseenRoots(inclusions: Inclusions, objects: Iterable<KubernetesObject>): readonly HTTPProxy[] {
  const seen = new Set([...objects].flatMap((object) => hostOf(object) ?? []));
  const includes = new Map<string, Include[]>();
  for (const [key, message] of inclusions) {
    const [namespace = '', name = ''] = key.split('/');
    for (const { host, conditions } of message.split('\n').flatMap((line) => parseLine(line) ?? [])) {
      if (seen.has(host)) continue;
      includes.set(host, [...(includes.get(host) ?? []), { namespace, name, conditions }]);
    }
  }
  return [...includes].map(([host, list]) => rootOf(host, list));
}

function hostOf(object: KubernetesObject): string | null {
  if (object.kind !== 'HTTPProxy' || object.metadata.namespace === unseen) return null;
  return object.spec.virtualhost?.fqdn?.toLowerCase() ?? null;
}

function rootOf(host: string, includes: readonly Include[]): HTTPProxy {
  return {
    kind: 'HTTPProxy',
    metadata: {
      namespace: unseen,
      name: `root of ${host}`,
      generation: 0,
      creationTimestamp: null,
      annotations: new Map(),
    },
    spec: { virtualhost: { fqdn: host }, includes },
    hostClaimedAt: null,
    problems: [],
  };
}

interface Line {
  readonly host: string;
  readonly conditions: readonly Condition[];
}

/** `shop.example.com/blog header x-geo exact eu query v present`, as the controller writes it; null for anything else. */
function parseLine(line: string): Line | null {
  const [target = '', ...rest] = line.split(/ (?=(?:header|query) )/);
  const slash = target.indexOf('/');
  if (slash <= 0 || target.includes(' ')) return null;
  const conditions = rest.map(parseCondition);
  if (conditions.includes(null)) return null;
  const found = conditions.filter((condition) => condition !== null);
  return { host: target.slice(0, slash), conditions: [{ prefix: target.slice(slash) }, ...found] };
}

const headerTypes = ['exact', 'notexact', 'contains', 'notcontains', 'regex', 'present', 'notpresent'] as const;
const queryTypes = ['exact', 'prefix', 'suffix', 'contains', 'regex', 'present'] as const;

function parseCondition(text: string): Condition | null {
  const [what, name = '', type = '', ...words] = text.split(' ');
  const field = (what === 'header' ? headerTypes : queryTypes).find((each) => each === type);
  if (field === undefined || name === '') return null;
  const test = field === 'present' || field === 'notpresent' ? true : words.join(' ');
  const match = { name, [field]: test };
  return what === 'header' ? { header: match } : { queryParameter: match };
}
