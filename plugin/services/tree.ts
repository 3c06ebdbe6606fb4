import { readCertificate } from '../../kubernetes/read-certificate.ts';
import { includeTree } from '../../routing/include-tree.ts';
import { refKey } from '../../routing/objects/ref.ts';
import { closest } from '../../routing/objects/edit-distance.ts';
import type { TreeNode, TreeQuery } from '../../routing/tree-item.ts';
import { treeParameters } from '../../routing/tree-parameters.ts';
import { CommandFailure } from '../failure.ts';
import type { Question, Source } from '../source.ts';
import type { Tree } from '../tree-report.ts';

export function treeQuestion(query: TreeQuery): Question<Tree> {
  const parameters = new URLSearchParams();
  for (const [name, value] of treeParameters(query)) parameters.append(name, value);
  return {
    page: 'debug/tree',
    parameters,
    kind: 'Tree',
    noun: 'tree',
    answer: (world) => ({
      items: includeTree(
        { ...world, object: (ref) => world.objects.get(refKey(ref)) ?? null, certificate: readCertificate },
        query,
      ),
    }),
    isBody: ({ items }) => Array.isArray(items),
  };
}

const mostHosts = 20;

/**
 * The trees of a host, or of an object, or all. What is asked for is a host where one answers to it.
 * Rejects with CommandFailure where it is neither.
 */
export async function readTree(
  source: Source,
  asked: string | null,
  query: Omit<TreeQuery, 'host' | 'name'>,
): Promise<Tree> {
  if (asked === null) return source.ask(treeQuestion({ ...query, host: null, name: null }));
  if (!asked.includes('/')) {
    const byHost = await source.ask(treeQuestion({ ...query, host: asked, name: null }));
    if (byHost.items.length > 0) return byHost;
  }
  const byName = await source.ask(treeQuestion({ ...query, host: null, name: asked }));
  if (byName.items.length > 0) return byName;
  const all = await source.ask(treeQuestion({ ...query, namespace: null, host: null, name: null }));
  throw new CommandFailure(`there is no host and no object "${asked}"`, hintsOf(asked, all.items));
}

function hintsOf(asked: string, items: readonly TreeNode[]): readonly string[] {
  const hosts = items.filter(({ type }) => type === 'host').map(({ name }) => name);
  const meant = closest(asked, hosts);
  const some = hosts.slice(0, mostHosts).join(', ');
  const more = hosts.length > mostHosts ? `, and ${hosts.length - mostHosts} more` : '';
  return [
    ...(meant === null ? [] : [`Did you mean ${meant}?`]),
    hosts.length === 0 ? 'No hosts are declared.' : `Hosts: ${some}${more}`,
  ];
}
