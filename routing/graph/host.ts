import { type HTTPProxy, type Ingress, refOf } from '../objects/kubernetes-object.ts';
import type { Reader } from '../store/reader.ts';
import { type Candidate, plainRoute } from './candidate.ts';
import type { HostGraph, HostName, Route, SecureHost } from './graph.ts';
import { ingressTermination } from './ingress-tls.ts';
import { ingressClaims } from './ingress-routes.ts';
import { isOurClass } from './ingress-class.ts';
import { buildProxyHost } from './proxy-host.ts';
import type { CompileSettings } from './settings.ts';
import { mergeIngress } from './merge-ingress.ts';
import { sortRoutes } from './sort.ts';
import type { Termination } from './tls.ts';
import { createVisits } from './visits.ts';

/** Builds one host from every claim on it: what a host unit computes. */
export function buildHost(reader: Reader, settings: CompileSettings, host: HostName): HostGraph {
  const visits = createVisits();
  const claims = reader.claims(host).filter((object) => isOurClass(object, settings));
  const proxy = buildProxyHost(reader, settings, claims.filter(isProxy), visits);
  const ingresses = claims.filter((object): object is Ingress => object.kind === 'Ingress');
  for (const ingress of ingresses) visits.visit(refOf(ingress), 'ingress');
  const termination = ingressTermination(reader, settings, ingresses, host, visits);
  const wanted = ingresses.flatMap((ingress) =>
    ingressClaims(reader, settings, ingress, host, termination.has(ingress), visits.report),
  );
  const merged = mergeIngress(proxy, wanted, visits);
  const [ingressCertificate = null] = termination.values();
  return {
    host,
    routes: sortRoutes(merged.candidates.map(plainRoute).filter((route): route is Route => route !== null)),
    secure: secureHost(proxy.termination ?? ingressCertificate, merged.candidates),
    holder: proxy.holder === null ? null : refOf(proxy.holder),
    lost: [...proxy.lost, ...merged.lost],
    visits: visits.list(),
  };
}

function isProxy(object: HTTPProxy | Ingress): object is HTTPProxy {
  return object.kind === 'HTTPProxy';
}

function secureHost(termination: Termination | null, candidates: readonly Candidate[]): SecureHost | null {
  const routes = candidates.filter(({ https }) => https).map(({ route }) => route);
  return termination === null || routes.length === 0 ? null : { ...termination, routes: sortRoutes(routes) };
}
