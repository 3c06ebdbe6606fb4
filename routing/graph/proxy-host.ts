import type { Diagnostic } from '../objects/diagnostic.ts';
import { faultsOf } from '../objects/faults.ts';
import { type HTTPProxy, refOf } from '../objects/kubernetes-object.ts';
import { displayName } from '../objects/ref.ts';
import type { Reader } from '../store/reader.ts';
import type { Candidate } from './candidate.ts';
import { compareClaims } from './claim.ts';
import { diagnose, diagnoseProblem } from './diagnose.ts';
import { type Expansion, expandRoot } from './expand.ts';
import { closed } from './forward.ts';
import type { LostClaim, Route } from './graph.ts';
import { matchKey, scopeMatch, wholeHost } from './scope.ts';
import type { CompileSettings } from './settings.ts';
import { type Termination, terminate } from './tls.ts';
import { unservedOfRoot } from './unserved.ts';
import type { Visits } from './visits.ts';

/** What HTTPProxy roots make of a host. */
export interface ProxyHost {
  readonly holder: HTTPProxy | null;
  readonly candidates: ReadonlyMap<string, Candidate>;
  readonly termination: Termination | null;
  readonly lost: readonly LostClaim[];
}

export function buildProxyHost(
  reader: Reader,
  settings: CompileSettings,
  roots: readonly HTTPProxy[],
  visits: Visits,
): ProxyHost {
  for (const root of roots) visits.visit(refOf(root), 'root');
  const [holder, ...losers] = roots.filter((root) => mayHold(settings, root, visits)).sort(compareClaims);
  if (holder === undefined) return { holder: null, candidates: new Map(), termination: null, lost: [] };
  const lost = losers.map((loser) => lose(loser, holder, visits));
  const { expansion, termination } = serve(reader, settings, holder, visits);
  return { holder, candidates: expansion.candidates, termination, lost: [...lost, ...expansion.lost] };
}

/** https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4, as text. Contour's schema, and so ours, has no bound. */
const longestName = 253;

function mayHold(settings: CompileSettings, root: HTTPProxy, visits: Visits): boolean {
  const source = { ref: refOf(root), pointer: '/spec/virtualhost/fqdn' };
  const { fqdn = '' } = root.spec.virtualhost ?? {};
  if (fqdn === '' || fqdn.length > longestName) {
    const why = fqdn === '' ? '' : `: it has ${fqdn.length} characters, and no name has more than ${longestName}`;
    const message = `virtualhost.fqdn names no host that can be served${why}`;
    visits.report([diagnose(source, 'VirtualHostError/FQDNNotSpecified', message)]);
    return false;
  }
  const allowed = settings.rootNamespaces;
  if (allowed.length === 0 || allowed.includes(root.metadata.namespace)) return true;
  const message = `roots may only live in ${allowed.join(', ')}; remove virtualhost and have a root there include this proxy`;
  visits.report([
    diagnose({ ...source, pointer: '/spec/virtualhost' }, 'RootNamespaceError/RootProxyNotAllowedInNamespace', message),
  ]);
  return false;
}

function lose(loser: HTTPProxy, holder: HTTPProxy, visits: Visits): LostClaim {
  const source = { ref: refOf(loser), pointer: '/spec/virtualhost/fqdn' };
  const winner = refOf(holder);
  const message = `host ${holder.spec.virtualhost?.fqdn} is held by HTTPProxy ${displayName(winner)}, which keeps serving it; use another host, or have the holder include this proxy`;
  visits.report([diagnose(source, 'VirtualHostError/DuplicateVhost', message)]);
  return { source, match: null, reason: 'DuplicateVhost', holder: { ref: winner, pointer: '/spec/virtualhost/fqdn' } };
}

function serve(
  reader: Reader,
  settings: CompileSettings,
  root: HTTPProxy,
  visits: Visits,
): { readonly expansion: Expansion; readonly termination: Termination | null } {
  const source = { ref: refOf(root), pointer: '/spec/virtualhost/tls' };
  const tls = root.spec.virtualhost?.tls;
  const found = tls === undefined || tls.passthrough === true ? null : terminate(reader, settings, source, tls);
  const termination = found !== null && 'severity' in found ? null : found;
  const refused = found !== null && 'severity' in found ? [found] : [];
  const diagnostics = [...formFaults(root), ...unservedOfRoot(source, root.spec), ...refused];
  visits.report(diagnostics);
  const expansion = expandRoot(reader, settings, root, termination !== null, visits);
  const cause = diagnostics.find(({ severity }) => severity === 'error');
  return { expansion: cause === undefined ? expansion : close(expansion, cause, termination !== null), termination };
}

/** A host whose `virtualhost` was not understood as a whole may lack what protects it. */
function formFaults(root: HTTPProxy): readonly Diagnostic[] {
  const faults = faultsOf(root.problems);
  const fault = faults.under('/spec/virtualhost') ?? faults.strayIn('/spec');
  return fault === null ? [] : [diagnoseProblem(refOf(root), fault)];
}

/** Everything the host has answers 503, on HTTPS too where there is a certificate; one that has nothing, everywhere. */
function close(expansion: Expansion, cause: Diagnostic, secure: boolean): Expansion {
  const action = closed(cause.reason);
  const candidates = new Map<string, Candidate>();
  const shut = (route: Route): Candidate => ({ route: { ...route, action }, http: 'serve', https: secure });
  for (const [key, { route }] of expansion.candidates) candidates.set(key, shut(route));
  if (candidates.size === 0) {
    const match = scopeMatch(wholeHost);
    const source = { ref: cause.subject, pointer: cause.pointer };
    candidates.set(matchKey(match), shut({ match, action, source, via: [] }));
  }
  return { candidates, lost: expansion.lost };
}
