import type { Diagnostic } from '../objects/diagnostic.ts';
import type { Faults } from '../objects/faults.ts';
import type { Route as SpecRoute } from '../objects/generated/http-proxy.ts';
import type { Source } from '../objects/ref.ts';
import type { Reader } from '../store/reader.ts';
import { type ConditionFault, readConditions } from './conditions.ts';
import { conditionsFault, diagnose, diagnoseProblem } from './diagnose.ts';
import { closed, forwardTo } from './forward.ts';
import type { RouteAction, RouteMatch } from './graph.ts';
import { matchIn, type Scope } from './scope.ts';
import type { CompileSettings } from './settings.ts';
import { unservedOfRoute } from './unserved.ts';

/** A route of an HTTPProxy inside the scope it was included into; null where its match cannot be used. */
export interface BuiltRoute {
  readonly match: RouteMatch | null;
  readonly action: RouteAction;
  readonly diagnostics: readonly Diagnostic[];
}

export function buildRoute(
  reader: Reader,
  settings: CompileSettings,
  faults: Faults,
  source: Source,
  route: SpecRoute,
  scope: Scope,
): BuiltRoute {
  const match = matchOf(settings, faults, source, route, scope);
  if ('severity' in match) return { match: null, action: closed(match.reason), diagnostics: [match] };
  const unserved = unservedOfRoute(source, route);
  const protectedBy = unserved.find((diagnostic) => diagnostic.severity === 'error');
  const fault = faults.under(source.pointer) ?? faults.strayIn('/spec');
  if (fault !== null) {
    const formal = diagnoseProblem(source.ref, fault);
    return { match, action: closed(formal.reason), diagnostics: [formal, ...unserved] };
  }
  if (protectedBy !== undefined) return { match, action: closed(protectedBy.reason), diagnostics: unserved };
  const { action, diagnostics } = actionOf(reader, settings, source, route);
  return { match, action, diagnostics: [...unserved, ...diagnostics] };
}

function matchOf(
  settings: CompileSettings,
  faults: Faults,
  source: Source,
  route: SpecRoute,
  scope: Scope,
): RouteMatch | Diagnostic {
  const broken = conditionsFault(faults, source.pointer, route);
  if (broken !== null) return diagnoseProblem(source.ref, broken);
  const at = { ref: source.ref, pointer: `${source.pointer}/conditions` };
  const conditions = readConditions(route.conditions ?? [], settings.regexMaxProgramSize);
  const match = 'about' in conditions ? conditions : matchIn(scope, conditions, settings.regexMaxProgramSize);
  return 'about' in match ? diagnose(at, routeReason[match.about], `${match.message}; the route is left out`) : match;
}

const routeReason = {
  Path: 'RouteError/PathMatchConditionsNotValid',
  Header: 'RouteError/HeaderMatchConditionsNotValid',
  Query: 'RouteError/QueryParameterMatchConditionsNotValid',
} as const satisfies Record<ConditionFault['about'], string>;

function actionOf(
  reader: Reader,
  settings: CompileSettings,
  source: Source,
  route: SpecRoute,
): { readonly action: RouteAction; readonly diagnostics: readonly Diagnostic[] } {
  const services = route.services ?? [];
  const { requestRedirectPolicy, directResponsePolicy } = route;
  const given = [services.length > 0, requestRedirectPolicy !== undefined, directResponsePolicy !== undefined];
  if (given.filter(Boolean).length !== 1) {
    const message = 'a route needs exactly one of services, requestRedirectPolicy and directResponsePolicy';
    return refuse(diagnose(source, 'RouteError/RouteActionCountNotValid', message));
  }
  if (requestRedirectPolicy !== undefined) {
    const at = { ref: source.ref, pointer: `${source.pointer}/requestRedirectPolicy` };
    return refuse(
      diagnose(at, 'SpecError/NotServedYetClosed', 'requestRedirectPolicy is not served yet; the route answers 503'),
    );
  }
  if (directResponsePolicy !== undefined) {
    const { statusCode: status = 503, body = '' } = directResponsePolicy;
    return { action: { type: 'DirectResponse', status, body }, diagnostics: [] };
  }
  return forwardTo(reader, settings, source, services, route.enableWebsockets === true);
}

function refuse(diagnostic: Diagnostic): { readonly action: RouteAction; readonly diagnostics: readonly Diagnostic[] } {
  return { action: closed(diagnostic.reason), diagnostics: [diagnostic] };
}
