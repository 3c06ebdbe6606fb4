import type { Diagnostic, Problem } from '../objects/diagnostic.ts';
import { faultsOf } from '../objects/faults.ts';
import { type Ingress, type IngressBackend, type IngressPath, refOf } from '../objects/kubernetes-object.ts';
import type { Source } from '../objects/ref.ts';
import type { Reader } from '../store/reader.ts';
import { resolveBackend } from './backend.ts';
import type { Candidate } from './candidate.ts';
import { diagnose, diagnoseProblem } from './diagnose.ts';
import { closed } from './forward.ts';
import type { PathMatch, RouteAction } from './graph.ts';
import { regexFault } from './regex.ts';
import type { CompileSettings } from './settings.ts';

/** One path of an Ingress on one host. */
export interface IngressClaim {
  readonly ingress: Ingress;
  readonly candidate: Candidate;
}

/** What an Ingress wants of a host (`*` where its rules name none). */
export function ingressClaims(
  reader: Reader,
  settings: CompileSettings,
  ingress: Ingress,
  host: string,
  secure: boolean,
  report: (diagnostics: readonly Diagnostic[]) => void,
): readonly IngressClaim[] {
  const claims: IngressClaim[] = [];
  const faults = faultsOf(ingress.problems);
  const add = (path: PathMatch, backend: IngressBackend, websockets: boolean, source: Source): void => {
    const built = toBackend(reader, settings, ingress, {
      backend,
      websockets,
      source,
      broken: faults.under(source.pointer),
    });
    report(built.diagnostics);
    const route = { match: { path, headers: [], query: [] }, action: built.action, source, via: [] };
    claims.push({ ingress, candidate: { route, http: plainHttp(ingress), https: secure } });
  };
  for (const path of ingress.spec.paths.get(host) ?? []) {
    const source = { ref: refOf(ingress), pointer: path.pointer };
    const match = pathMatch(path, settings);
    if (typeof match === 'string')
      report([diagnose({ ...source, pointer: `${path.pointer}/path` }, 'IngressError/PathNotValid', match)]);
    else add(match, path.backend, path.websockets, source);
  }
  const { defaultBackend } = ingress.spec;
  if (
    host === '*' &&
    defaultBackend !== null &&
    !claims.some(({ candidate: { route } }) => isEverything(route.match.path))
  ) {
    add({ type: 'Prefix', value: '/' }, defaultBackend, false, {
      ref: refOf(ingress),
      pointer: '/spec/defaultBackend',
    });
  }
  return claims;
}

/** A path as Contour reads it, or what is wrong with it. */
function pathMatch({ path, pathType }: IngressPath, settings: CompileSettings): PathMatch | string {
  const value = path === '' ? '/' : path;
  if (!value.startsWith('/')) return `the path "${value}" must start with a slash`;
  if (pathType === 'Exact') return { type: 'Exact', value };
  if (pathType === 'Prefix') return segmentPrefix(value);
  if (!/[\^+*[\]%]/.test(value)) return { type: 'Prefix', value };
  const unfit = regexFault(value, settings.regexMaxProgramSize);
  return unfit === null ? { type: 'Regex', value } : `the regex "${value}" ${unfit}`;
}

function isEverything({ type, value }: PathMatch): boolean {
  return type === 'Prefix' && value === '/';
}

function segmentPrefix(path: string): PathMatch {
  const value = path.replace(/\/+$/, '');
  return value === '' ? { type: 'Prefix', value: '/' } : { type: 'SegmentPrefix', value };
}

/** As Contour: whoever forces HTTPS is sent there whatever becomes of the certificate, never served in plain text. */
function plainHttp(ingress: Ingress): Candidate['http'] {
  const { annotations } = ingress.metadata;
  if (annotations.get('ingress.kubernetes.io/force-ssl-redirect') === 'true') return 'redirect';
  return annotations.get('kubernetes.io/ingress.allow-http') === 'false' ? 'none' : 'serve';
}

interface Target {
  readonly backend: IngressBackend;
  readonly websockets: boolean;
  readonly source: Source;
  readonly broken: Problem | null;
}

function toBackend(
  reader: Reader,
  settings: CompileSettings,
  ingress: Ingress,
  { backend, websockets, source, broken }: Target,
): { readonly action: RouteAction; readonly diagnostics: readonly Diagnostic[] } {
  if (broken !== null) {
    const fault = diagnoseProblem(source.ref, broken);
    return { action: closed(fault.reason), diagnostics: [fault] };
  }
  if (backend.service === null) {
    const fault = diagnose(
      source,
      'IngressError/BackendNotValid',
      'the backend names no Service; a resource backend is not supported',
    );
    return { action: closed(fault.reason), diagnostics: [fault] };
  }
  const wanted = { namespace: ingress.metadata.namespace, ...backend.service, protocol: null };
  const target = resolveBackend(reader, settings, source, wanted);
  if ('severity' in target) return { action: closed(target.reason), diagnostics: [target] };
  const backends = [{ target, weight: null, effectiveWeight: 1, source }];
  return {
    action: { type: 'Forward', backends, mirror: null, websockets },
    diagnostics: [],
  };
}
