import type { Cluster } from '../../load/cluster.ts';

/** Rejects with CommandFailure where warnings are errors. */
export async function closeSession(
  session: { readonly type: 'files' } | { readonly type: 'cluster'; readonly cluster: Pick<Cluster, 'close'> },
): Promise<void> {
  if (session.type === 'cluster') await session.cluster.close();
}
