import type { JsonObject } from '../../../files/edit/json-patch.ts';
import { hostOf, unknownHost } from '../change/find-include.ts';
import { problemOf, type Problem } from '../change/problem.ts';
import { routesOf } from './proxy.ts';
import { nameOf } from '../change/object-name.ts';

/** Words for HTTPProxy as kubectl takes them. */
const kinds = ['httpproxy', 'httpproxies', 'proxy', 'proxies'];
const kindsElsewhere = ['ingressroute', 'ingressroutes', 'ir', 'ingress', 'ingresses', 'ing'];

const FORMS = 'web, proxy/web or httpproxy.projectcontour.io/web';

/** Which HTTPProxy is meant. */
export type ProxyName =
  | { readonly type: 'name'; readonly name: string }
  | { readonly type: 'host'; readonly host: string }
  /** The one of which there is only one. */
  | { readonly type: 'only' };

/** @param word `web`, `proxy/web`, `httpproxy.projectcontour.io/web` */
export function parseProxyName(word: string | null, host: string | null): ProxyName | Problem {
  if (word === null) return host === null ? { type: 'only' } : { type: 'host', host: host.toLowerCase() };
  if (host !== null) return problemOf('NAME and --host both say which object is meant: give one of them');
  const at = word.indexOf('/');
  if (at < 0) return named(word, word);
  const kind = word
    .slice(0, at)
    .toLowerCase()
    .replace(/\.projectcontour\.io$/, '');
  if (kinds.includes(kind)) return named(word.slice(at + 1), word);
  if (kindsElsewhere.includes(kind))
    return problemOf(`weights are moved in an HTTPProxy, and "${word}" is none`, [`Name an HTTPProxy: ${FORMS}`]);
  return problemOf(`"${word}" is no NAME: it is ${FORMS}`);
}

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names */
function named(name: string, word: string): ProxyName | Problem {
  const isName = name.length <= 253 && /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(name);
  return isName
    ? { type: 'name', name }
    : problemOf(`"${word}" is no name that an object can have`, [`Name an HTTPProxy: ${FORMS}`]);
}

/** The object of a host, or the only one in question. */
export function chooseProxy(
  wanted: Exclude<ProxyName, { type: 'name' }>,
  proxies: readonly JsonObject[],
  isCandidate: (proxy: JsonObject) => boolean,
  verb: string,
): JsonObject | Problem {
  if (wanted.type === 'host') return proxyOfHost(wanted.host, proxies);
  const candidates = proxies.filter(isCandidate);
  const [only, second] = candidates;
  if (only !== undefined && second === undefined) return only;
  const misread = proxies.some((proxy) => nameOf(proxy) === verb);
  const hints = [
    ...candidates.map((proxy) => `  ${nameOf(proxy)}`),
    ...(misread ? [`The object called "${verb}" is proxy/${verb}.`] : []),
  ];
  if (only === undefined) return problemOf('no HTTPProxy here is one that could be meant: give its NAME', hints);
  return problemOf(`${candidates.length} HTTPProxies could be meant: give the NAME of one`, hints);
}

function proxyOfHost(host: string, proxies: readonly JsonObject[]): JsonObject | Problem {
  const found = proxies.filter((proxy) => hostOf(proxy) === host);
  const [only, second] = found;
  if (only !== undefined && second === undefined) return only;
  if (only !== undefined)
    return problemOf(
      `${found.length} HTTPProxies have the host ${host}: give the NAME of one`,
      found.map((each) => `  ${nameOf(each)}`),
    );
  return unknownHost(host, proxies);
}

/** Whether requests of a route are shared, or could be. */
export function isShared(proxy: JsonObject): boolean {
  return routesOf(proxy).some(({ group }) => group.length > 1);
}
