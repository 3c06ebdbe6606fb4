import type { Diagnostic } from '../objects/diagnostic.ts';
import { type HTTPProxy, refOf } from '../objects/kubernetes-object.ts';
import { displayName } from '../objects/ref.ts';
import type { Reader } from '../store/reader.ts';
import type { Candidate } from './candidate.ts';
import { compareClaims } from './claim.ts';
import { diagnose, faultUnder, strayUnder } from './diagnose.ts';
import { type Expansion, expandRoot } from './expand.ts';
import { closed } from './forward.ts';
import type { LostClaim } from './graph.ts';
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

function mayHold(settings: CompileSettings, root: HTTPProxy, visits: Visits): boolean {
  const source = { ref: refOf(root), pointer: '/spec/virtualhost/fqdn' };
  if (root.spec.virtualhost?.fqdn === undefined || root.spec.virtualhost.fqdn === '') {
    visits.report([
      diagnose(source, 'VirtualHostError/FQDNNotSpecified', 'virtualhost.fqdn names no host that can be served'),
    ]);
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
  const unserved = unservedOfRoot(source, root.spec);
  const termination = tls === undefined || tls.passthrough === true ? null : terminate(reader, source, tls);
  const refused = termination !== null && 'severity' in termination ? [termination] : [];
  visits.report([...unserved, ...refused]);
  const reason = closedBy(root, [...unserved, ...refused]);
  const usable = reason === null && termination !== null && !('severity' in termination) ? termination : null;
  const expansion = expandRoot(reader, settings, root, usable !== null, visits);
  return { expansion: reason === null ? expansion : close(expansion, reason), termination: usable };
}

/** Why the whole host has to be closed: it must not be served without what protects it. */
function closedBy(root: HTTPProxy, diagnostics: readonly Diagnostic[]): string | null {
  const fault = faultUnder(root.problems, '/spec/virtualhost') ?? strayUnder(root.problems, '/spec');
  if (fault !== null) return 'InvalidField';
  return diagnostics.find((diagnostic) => diagnostic.severity === 'error')?.reason ?? null;
}

function close(expansion: Expansion, reason: string): Expansion {
  const candidates = new Map<string, Candidate>();
  for (const [key, { route }] of expansion.candidates) {
    candidates.set(key, { route: { ...route, action: closed(reason) }, http: 'serve', https: false });
  }
  return { candidates, lost: expansion.lost };
}
