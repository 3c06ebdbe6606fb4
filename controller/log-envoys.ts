import type { XdsServer } from '../xds/serve/server.ts';
import type { Log, LogFields } from './log.ts';

/** Logs each Envoy that connects or goes. Several of one node and version are one. */
export function logEnvoys(log: Log, xds: Pick<XdsServer, 'envoys' | 'onProgress'>): void {
  let known: ReadonlyMap<string, LogFields> = new Map();
  xds.onProgress(() => {
    const present = new Map(
      xds.envoys().map(({ node, envoyVersion }) => [`${envoyVersion} ${node}`, { node, version: envoyVersion }]),
    );
    for (const [key, fields] of present) if (!known.has(key)) log('info', 'Envoy connected', fields);
    for (const [key, fields] of known) if (!present.has(key)) log('info', 'Envoy gone', fields);
    known = present;
  });
}
