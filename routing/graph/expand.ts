import { type Faults, faultsOf } from '../objects/faults.ts';
import type { HTTPProxy } from '../objects/kubernetes-object.ts';
import { refOf } from '../objects/kubernetes-object.ts';
import { type RefKey, refKey, type Source } from '../objects/ref.ts';
import type { Reader } from '../store/reader.ts';
import type { Candidate } from './candidate.ts';
import { diagnose } from './diagnose.ts';
import { createGathering } from './gathering.ts';
import type { LostClaim, RouteAction } from './graph.ts';
import { resolveInclude } from './include.ts';
import { buildRoute } from './proxy-route.ts';
import { type Scope, scopeMatch, wholeHost } from './scope.ts';
import { bounds, type CompileSettings } from './settings.ts';
import type { Visits } from './visits.ts';

/** Everything a root says about its host, in the order of the documents. */
export interface Expansion {
  /** One a key: the including object beats the included, then the earlier one. */
  readonly candidates: ReadonlyMap<string, Candidate>;
  readonly lost: readonly LostClaim[];
}

interface Place {
  readonly proxy: HTTPProxy;
  /** In the proxy. */
  readonly faults: Faults;
  readonly scope: Scope;
  readonly via: readonly Source[];
  /** The proxies from the root to here, to notice a way back. */
  readonly chain: ReadonlySet<RefKey>;
}

/** Walks a root and all it includes. `secure` says whether the host has TLS, so that plain HTTP redirects. */
export function expandRoot(
  reader: Reader,
  settings: CompileSettings,
  root: HTTPProxy,
  secure: boolean,
  visits: Visits,
): Expansion {
  const gathering = createGathering(secure, visits);
  let includes = 0;
  /** Those that lost or are left out count as well: they are work, and something to be told. */
  let routes = 0;

  function addRoutes(place: Place): void {
    for (const [index, route] of (place.proxy.spec.routes ?? []).entries()) {
      const source: Source = { ref: refOf(place.proxy), pointer: `/spec/routes/${index}` };
      routes += 1;
      const built = buildRoute(reader, settings, place.faults, source, route, place.scope);
      visits.report(built.diagnostics);
      if (built.match === null) continue;
      const { match, action } = built;
      gathering.add({ match, action, source, via: place.via }, route.permitInsecure === true);
    }
  }

  function addIncludes(place: Place): void {
    const seen = new Set<string>();
    for (const index of (place.proxy.spec.includes ?? []).keys()) {
      const source: Source = { ref: refOf(place.proxy), pointer: `/spec/includes/${index}` };
      includes += 1;
      if (includes > bounds.includes || routes >= bounds.routes) {
        const message = `this host is at its bound of ${bounds.includes} includes or ${bounds.routes} routes; this include is cut`;
        visits.report([diagnose(source, 'IncludeError/TooManyIncludes', message)]);
        return;
      }
      const found = resolveInclude(reader, settings, place, source, index, seen);
      visits.report(found.diagnostics);
      if (found.type === 'missing') {
        const action: RouteAction = { type: 'Error', status: 502, reason: found.reason };
        gathering.add({ match: found.match, action, source, via: place.via }, false);
      }
      if (found.type === 'child') walk(childOf(place, found.proxy, found.scope, source));
    }
  }

  function walk(place: Place): void {
    const ref = refOf(place.proxy);
    if (place.proxy === root) visits.visit(ref, 'root');
    else visits.include(ref, scopeMatch(place.scope));
    const { routes: own = [], includes: below = [], tcpproxy } = place.proxy.spec;
    if (own.length + below.length === 0 && tcpproxy === undefined) {
      const message = 'the proxy has neither routes nor includes, so it serves nothing';
      visits.report([diagnose({ ref, pointer: '/spec' }, 'SpecError/NothingDefined', message)]);
    }
    addRoutes(place);
    addIncludes(place);
  }

  const faults = faultsOf(root.problems);
  walk({ proxy: root, faults, scope: wholeHost, via: [], chain: new Set([refKey(refOf(root))]) });
  return gathering;
}

function childOf(parent: Place, proxy: HTTPProxy, scope: Scope, source: Source): Place {
  const chain = new Set([...parent.chain, refKey(refOf(proxy))]);
  return { proxy, faults: faultsOf(proxy.problems), scope, via: [...parent.via, source], chain };
}
