import type { XdsTls } from '../../xds/serve/server.ts';
import type { Log } from '../log.ts';
import type { Judged } from './judge.ts';

type Valid = Extract<Judged, { valid: true }>;

export interface FollowPorts {
  /** What the files hold now. */
  readonly read: () => Promise<Judged>;
  readonly renew: (tls: XdsTls) => void;
  readonly log: Log;
  readonly now: () => Date;
  /** Resolves after so many ms, and rejects when it is all over. */
  readonly wait: (ms: number) => Promise<void>;
}

/** How often the files are looked at. kubelet brings a changed Secret within a minute or two. In ms. */
const lookEvery = 5_000;

const dayMs = 24 * 60 * 60 * 1000;
const warnWithin = 30 * dayMs;

/**
 * Follows the files of the xDS certificate, for as long as `wait` lets it. What cannot be served is never loaded: the last
 * good one stays. Of a rotation that is caught between two files nothing is said, unless it stays so.
 */
export async function followXdsCertificate(first: Valid, ports: FollowPorts): Promise<never> {
  const { read, renew, log, wait } = ports;
  const warnOfExpiry = createExpiryWarning(ports);
  const complain = createComplaint(log);
  let current = first;
  for (;;) {
    warnOfExpiry(current);
    await wait(lookEvery);
    const found = await read();
    complain(found.valid ? null : found.reason);
    if (!found.valid || isSame(found.tls, current.tls)) continue;
    current = found;
    renew(found.tls);
    log('info', 'the xDS certificate was renewed', { expires: found.expires.toISOString() });
  }
}

const isSame = (left: XdsTls, right: XdsTls): boolean =>
  (['ca', 'certificate', 'key'] as const).every((part) => Buffer.compare(left[part], right[part]) === 0);

/** Says what is found wrong a second time, and says it once. */
function createComplaint(log: Log): (reason: string | null) => void {
  let last: string | null = null;
  let said: string | null = null;
  return (reason) => {
    if (reason !== null && reason === last && reason !== said) {
      log('warning', 'the xDS certificate was not renewed, and the last good one stays', { reason });
      said = reason;
    }
    if (reason === null) said = null;
    last = reason;
  };
}

/** Says it of each certificate at once, and again every day. */
function createExpiryWarning({ log, now }: FollowPorts): (certificate: Valid) => void {
  let next = new Map<Valid, number>();
  return (certificate) => {
    const at = now().getTime();
    const left = certificate.expires.getTime() - at;
    if (left > warnWithin || at < (next.get(certificate) ?? 0)) return;
    next = new Map([[certificate, at + dayMs]]);
    const expires = certificate.expires.toISOString();
    if (left > 0) log('warning', 'the xDS certificate or its authority expires soon: renew it', { expires });
    else log('error', 'the xDS certificate or its authority has expired: no Envoy can connect', { expires });
  };
}
