import { randomUUID } from 'node:crypto';
import type { HostName } from '../../routing/graph/graph.ts';
import { followFeed } from '../../xds/serve/follow.ts';
import type { XdsServer, XdsServerOptions } from '../../xds/serve/server.ts';
import type { Loop } from '../loop.ts';
import { hostDigests } from './host-digest.ts';
import { createLocalAccepted, type LocalAccepted } from './local.ts';
import { createPacedTask } from './paced.ts';
import { peerFeed } from './peer-feed.ts';
import { peersPath } from './peer-message.ts';
import type { PeersOptions } from './peers.ts';

/** What is known of our own Envoys, and how to ask another controller about its. */
export interface Tracking {
  /** Unlike that of any other process. */
  readonly instance: string;
  readonly local: LocalAccepted;
  /** Of a host as it is now. */
  readonly digest: (host: HostName) => string | null;
  readonly follow: PeersOptions['follow'];
  stop(): void;
}

/** Every controller's certificate has this name, so that Envoys know it too. */
const serverName = 'contour';

/**
 * Keeps track of what our Envoys accept, and tells it to every other controller that asks on the port on which Envoys
 * ask. To be called before that port is listened on.
 */
export function trackProgramming(
  { graph, served, onPublished }: Pick<Loop, 'graph' | 'served' | 'onPublished'>,
  xds: Pick<XdsServer, 'envoys' | 'onProgress' | 'addFeed'>,
  tls: () => XdsServerOptions['tls'],
): Tracking {
  const instance = randomUUID();
  const digest = hostDigests(graph, served);
  const local = createLocalAccepted({ graph, served, digest, envoys: () => xds.envoys() });
  const look = createPacedTask(
    () => local.look(),
    () => performance.now(),
  );
  onPublished(({ change }) => {
    local.published(change.hosts);
    look.request();
  });
  xds.onProgress(() => {
    local.progressed();
    look.request();
  });
  xds.addFeed(peersPath, peerFeed(local, instance));
  return {
    instance,
    local,
    digest,
    follow: (address, onMessage, signal) =>
      followFeed({ address, path: peersPath, tls: tls(), serverName, onMessage }, signal),
    stop: () => look.stop(),
  };
}
