import type { JsonObject, PatchOperation } from '../../../files/edit/json-patch.ts';
import { REPORT_API_VERSION } from '../../report.ts';
import type { LiveOutcome } from '../change/await-live.ts';
import type { DryRun } from '../change/written.ts';
import type { RouteDifference } from './compare-routes.ts';
import type { Check, Step } from './plan.ts';
import type { CertificatePlan } from './plan-certificate.ts';
import type { PathPlan } from './plan-path.ts';

interface NamedObject {
  readonly kind: string;
  readonly namespace: string | null;
  readonly name: string;
}

/** What `delegate … -o json` prints; its schema is docs/schemas/delegation.schema.json. */
export interface Delegation {
  readonly apiVersion: typeof REPORT_API_VERSION;
  readonly kind: 'Delegation';
  readonly type: 'Path' | 'Certificate';
  readonly action: 'delegate' | 'revoke';
  readonly changed: boolean;
  readonly dryRun: DryRun;
  /** Of a path: the HTTPProxy that includes the child, and where. */
  readonly root?: NamedObject & { readonly pointer: string };
  readonly child?: NamedObject;
  readonly host?: string;
  readonly conditions?: readonly JsonObject[];
  /** Of a certificate. */
  readonly secret?: { readonly namespace: string; readonly name: string };
  readonly targets?: readonly string[];
  readonly object?: NamedObject & { readonly pointer: string };
  readonly checks: readonly Check[];
  /** Of a path: what of the route table is not as it was. */
  readonly routes: readonly RouteDifference[];
  /** Objects that were made. */
  readonly created: readonly JsonObject[];
  /** Of the object that was there. */
  readonly patch: readonly PatchOperation[];
  /** Null where nobody was asked, or nobody could say. */
  readonly programmed: { readonly envoys: number; readonly of: number; readonly seconds: number } | null;
  readonly files?: readonly { readonly path: string; readonly lines: readonly number[] }[];
}

export interface Told {
  readonly action: Delegation['action'];
  readonly dryRun: DryRun;
  readonly outcome: LiveOutcome | null;
  readonly files: Delegation['files'] | null;
}

export function pathReport(plan: PathPlan, told: Told): Delegation {
  const { includer, child, conditions, pointer, differences } = plan;
  const { namespace, name, host } = includer;
  return {
    ...head('Path', told, plan.steps),
    root: { kind: 'HTTPProxy', namespace, name, pointer },
    child: { kind: 'HTTPProxy', ...child },
    host,
    conditions,
    ...rest(plan.steps, plan.checks, differences, told),
  };
}

export function certificateReport(plan: CertificatePlan, told: Told): Delegation {
  const { secret, targets, object, pointer } = plan;
  return {
    ...head('Certificate', told, plan.steps),
    secret,
    targets,
    object: { kind: 'TLSCertificateDelegation', ...object, pointer },
    ...rest(plan.steps, plan.checks, [], told),
  };
}

function head(
  type: Delegation['type'],
  { action, dryRun }: Told,
  steps: readonly Step[],
): Pick<Delegation, 'apiVersion' | 'kind' | 'type' | 'action' | 'changed' | 'dryRun'> {
  return { apiVersion: REPORT_API_VERSION, kind: 'Delegation', type, action, changed: steps.length > 0, dryRun };
}

function rest(
  steps: readonly Step[],
  checks: readonly Check[],
  routes: readonly RouteDifference[],
  { outcome, files }: Told,
): Pick<Delegation, 'checks' | 'routes' | 'created' | 'patch' | 'programmed' | 'files'> {
  return {
    checks,
    routes,
    created: steps.flatMap((step) => (step.type === 'create' ? [step.object] : [])),
    patch: steps.flatMap((step) => (step.type === 'patch' ? step.operations : [])),
    programmed: outcome?.type === 'live' ? { envoys: outcome.envoys, of: outcome.of, seconds: outcome.seconds } : null,
    ...(files === null || files === undefined ? {} : { files }),
  };
}
