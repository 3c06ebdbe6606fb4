import type { Diagnostic } from '../objects/diagnostic.ts';
import type { HTTPProxySpec, Route, Service, VirtualHost } from '../objects/generated/http-proxy.ts';
import type { Source } from '../objects/ref.ts';
import { diagnose } from './diagnose.ts';

/**
 * Fields that are decoded and have no effect yet. One that restricts or protects closes what it stands
 * on, because to serve without it would be to open what its author closed.
 */
const protecting = {
  virtualhost: ['authorization', 'jwtProviders', 'ipAllowPolicy', 'ipDenyPolicy', 'rateLimitPolicy'],
  tls: ['passthrough', 'clientValidation'],
  route: ['authPolicy', 'jwtVerificationPolicy', 'ipAllowPolicy', 'ipDenyPolicy', 'rateLimitPolicy'],
  service: ['validation'],
} as const satisfies Fields;

const plain = {
  spec: ['tcpproxy'],
  virtualhost: ['corsPolicy'],
  tls: ['enableFallbackCertificate'],
  route: [
    'timeoutPolicy',
    'retryPolicy',
    'healthCheckPolicy',
    'loadBalancerPolicy',
    'pathRewritePolicy',
    'requestHeadersPolicy',
    'responseHeadersPolicy',
    'cookieRewritePolicies',
    'internalRedirectPolicy',
  ],
  service: ['healthPort', 'requestHeadersPolicy', 'responseHeadersPolicy', 'cookieRewritePolicies', 'slowStartPolicy'],
} as const satisfies Fields;

interface Fields {
  readonly spec?: readonly (keyof HTTPProxySpec)[];
  readonly virtualhost: readonly (keyof VirtualHost)[];
  readonly tls: readonly (keyof NonNullable<VirtualHost['tls']>)[];
  readonly route: readonly (keyof Route)[];
  readonly service: readonly (keyof Service)[];
}

/** What of a root has no effect yet. An error among the answers closes the host. */
export function unservedOfRoot(root: Source, spec: HTTPProxySpec): readonly Diagnostic[] {
  const virtualhost = spec.virtualhost ?? {};
  const at = (pointer: string): Source => ({ ref: root.ref, pointer });
  return [
    ...report(at('/spec'), spec, [], plain.spec),
    ...report(at('/spec/virtualhost'), virtualhost, protecting.virtualhost, plain.virtualhost),
    ...report(at('/spec/virtualhost/tls'), spec.virtualhost?.tls ?? {}, protecting.tls, plain.tls),
  ];
}

/** What of a route has no effect yet. An error among the answers closes the route. */
export function unservedOfRoute(source: Source, route: Route): readonly Diagnostic[] {
  return [
    ...report(source, route, protecting.route, plain.route),
    ...(route.services ?? []).flatMap((service, index) =>
      report(
        { ref: source.ref, pointer: `${source.pointer}/services/${index}` },
        service,
        protecting.service,
        plain.service,
      ),
    ),
  ];
}

function report(at: Source, value: object, closes: readonly string[], warns: readonly string[]): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const field of Object.keys(value)) {
    const source = { ref: at.ref, pointer: `${at.pointer}/${field}` };
    if (!isSet(Reflect.get(value, field))) continue;
    if (closes.includes(field)) {
      found.push(
        diagnose(source, 'SpecError/NotServedYetClosed', `${field} is not served yet; what it protects answers 503`),
      );
    } else if (warns.includes(field)) {
      found.push(diagnose(source, 'SpecError/NotServedYet', `${field} is not served yet and has no effect`));
    }
  }
  return found;
}

/** `passthrough: false` and an empty list ask for nothing. */
function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false && !(Array.isArray(value) && value.length === 0);
}
