import type { RouteItem } from '../../routing/route-item.ts';
import { shellWord } from '../printable.ts';

export interface CurlPorts {
  readonly http: number;
  readonly https: number;
}

/** A request as an example writes it. */
export interface TryRequest {
  readonly url: URL;
  readonly headers: readonly (readonly [string, string])[];
}

/** The command line that asks the running Envoy for it. */
export function curlLine({ url, headers }: TryRequest, ports: CurlPorts): string {
  const path = url.pathname + url.search;
  const extra = headers.flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  const words =
    url.protocol === 'https:'
      ? [
          '-k',
          '--resolve',
          `${url.hostname}:${ports.https}:127.0.0.1`,
          ...extra,
          `https://${url.hostname}:${ports.https}${path}`,
        ]
      : ['-H', `Host: ${url.host}`, ...extra, `http://127.0.0.1:${ports.http}${path}`];
  return ['curl', ...words].map(shellWord).join(' ');
}

function requestFor({ host, listener, match }: RouteItem): TryRequest | null {
  const name = host === '*' ? 'any.example.com' : host.replace('*', 'any');
  const path = match?.path.type === 'Regex' ? '/' : (match?.path.value ?? '/');
  const text = `${listener}://${name}${path}`;
  return URL.canParse(text) ? { url: new URL(text), headers: [] } : null;
}

/** What to ask where no example says so: the last route of the first hosts, which is the widest. */
export function requestsFor(rows: readonly RouteItem[], limit: number): readonly TryRequest[] {
  const widest = new Map(rows.filter((row) => row.order !== null).map((row) => [`${row.listener} ${row.host}`, row]));
  return [...widest.values()].slice(0, limit).flatMap((row) => requestFor(row) ?? []);
}
