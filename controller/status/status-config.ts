import type { LeasePlace } from '../../kubernetes/lease.ts';
import { parseDuration } from '../duration.ts';
import { Fault } from '../fault.ts';
import type { Flags, FlagTable } from '../flags.ts';
import type { LeaseTiming } from '../lease-record.ts';
import type { PeerService } from '../programming/peer-addresses.ts';
import { type Address, addressOf } from './addresses.ts';

/** Who writes status, and which addresses it names. */
export interface StatusConfig {
  /** Null where this controller is told to be the only one. */
  readonly election: { readonly lease: LeasePlace; readonly timing: LeaseTiming } | null;
  /** By which Service the other controllers are found; null where there are none. */
  readonly peers: PeerService | null;
  readonly addresses:
    | { readonly type: 'fixed'; readonly addresses: readonly Address[] }
    | { readonly type: 'service'; readonly namespace: string; readonly name: string };
}

export const statusFlags: FlagTable = {
  'ingress-status-address': {
    type: 'string',
    value: 'ADDRESS,ADDRESS',
    help: "Addresses and host names to write into status, in place of the Envoys' Service's",
  },
  'envoy-service-name': {
    type: 'string',
    value: 'NAME',
    default: 'envoy',
    help: 'Service whose load balancer leads to the Envoys',
  },
  'envoy-service-namespace': { type: 'string', value: 'NS', help: 'Where that is (or CONTOUR_NAMESPACE)' },
  'disable-leader-election': { type: 'boolean', help: 'Write status without asking whether another controller does' },
  'leader-election-lease-duration': {
    type: 'string',
    value: 'DURATION',
    default: '15s',
    help: 'How long others wait for a leader that says nothing',
  },
  'leader-election-renew-deadline': {
    type: 'string',
    value: 'DURATION',
    default: '10s',
    help: 'How long a leader may fail to renew before it stops leading',
  },
  'leader-election-retry-period': {
    type: 'string',
    value: 'DURATION',
    default: '2s',
    help: 'How long to wait between attempts to lead',
  },
  'leader-election-resource-name': {
    type: 'string',
    value: 'NAME',
    default: 'leader-elect',
    help: 'Name of the Lease that says who leads',
  },
  'leader-election-resource-namespace': {
    type: 'string',
    value: 'NS',
    help: 'Where that is (or CONTOUR_NAMESPACE)',
  },
  'xds-service-name': {
    type: 'string',
    value: 'NAME',
    default: 'contour',
    help: 'Service by which the controllers find each other, to ask what their Envoys have accepted',
  },
  'xds-service-namespace': { type: 'string', value: 'NS', help: 'Where that is (or CONTOUR_NAMESPACE)' },
};

type Env = Readonly<Record<string, string | undefined>>;

/** Throws a Fault that names the flag. */
export function readStatusConfig(flags: Flags, env: Env): StatusConfig {
  const own = env['CONTOUR_NAMESPACE'] || 'projectcontour';
  const election = flags.given('disable-leader-election')
    ? null
    : {
        lease: {
          namespace: flags.text('leader-election-resource-namespace') ?? own,
          name: flags.text('leader-election-resource-name') ?? '',
        },
        timing: timingOf(flags),
      };
  const service = {
    namespace: flags.text('xds-service-namespace') ?? own,
    name: flags.text('xds-service-name') ?? '',
  };
  return { election, peers: election === null ? null : service, addresses: addressesOf(flags, own) };
}

function timingOf(flags: Flags): LeaseTiming {
  const [leaseMs, renewMs, retryMs] = [
    durationOf(flags, 'leader-election-lease-duration'),
    durationOf(flags, 'leader-election-renew-deadline'),
    durationOf(flags, 'leader-election-retry-period'),
  ];
  // As client-go: whoever gives up later than others take over is one of two leaders.
  if (leaseMs <= renewMs)
    throw new Fault('--leader-election-lease-duration must be longer than --leader-election-renew-deadline');
  if (renewMs <= 1.2 * retryMs)
    throw new Fault('--leader-election-renew-deadline must be 1.2 times --leader-election-retry-period, or more');
  return { leaseMs, renewMs, retryMs };
}

function durationOf(flags: Flags, name: string): number {
  const text = flags.text(name) ?? '';
  const ms = parseDuration(text);
  if (ms !== null && ms > 0) return ms;
  throw new Fault(`--${name} takes a duration like 15s, and not ${JSON.stringify(text)}`);
}

function addressesOf(flags: Flags, own: string): StatusConfig['addresses'] {
  const given = (flags.text('ingress-status-address') ?? '').split(',').map((text) => text.trim());
  const texts = given.filter((text) => text !== '');
  if (texts.length === 0) {
    const namespace = flags.text('envoy-service-namespace') ?? own;
    return { type: 'service', namespace, name: flags.text('envoy-service-name') ?? '' };
  }
  const addresses = texts.map((text) => {
    const address = addressOf(text);
    if (address !== null) return address;
    throw new Fault(`--ingress-status-address takes IP addresses and host names, and not ${JSON.stringify(text)}`);
  });
  return { type: 'fixed', addresses };
}
