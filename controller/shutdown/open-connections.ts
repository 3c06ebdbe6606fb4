/** Listeners that keep connections without serving anybody's request. Contour's names. */
const ownListeners: ReadonlySet<string> = new Set(['admin', 'envoy-admin', 'health', 'stats', 'stats-health']);

/** A page of the admin interface on which `openConnections` finds what it counts, and little else. */
export const openConnectionsPage = `/stats/prometheus?filter=${encodeURIComponent('^http\\..*\\.downstream_cx_active$')}`;

const line = /^envoy_http_downstream_cx_active\{(?:[^}]*,)?envoy_http_conn_manager_prefix="([^"]*)"[^}]*\} ([0-9]+)$/gm;

/** Connections that clients hold, of the text of that page. */
export function openConnections(page: string): number {
  const counts = [...page.matchAll(line)].map(([, listener = '', count]) =>
    ownListeners.has(listener) ? 0 : Number(count),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}
