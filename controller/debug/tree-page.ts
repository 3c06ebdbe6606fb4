import { includeTree, type TreeWorld } from '../../routing/include-tree.ts';
import { readTreeParameters } from '../../routing/tree-parameters.ts';
import { headOf, type Page } from './answer.ts';

export interface TreePageOptions {
  readonly world: TreeWorld;
  /** Who answers, and what is wrong with what it reads. */
  readonly head: () => object;
}

/** `/debug/tree`: who includes whom. */
export function treePage({ world, head }: TreePageOptions): Page {
  return {
    path: '/debug/tree',
    help: 'who includes whom; ?host= &name= &namespace= &certs=true &services=true',
    answer({ query }) {
      const items = includeTree(world, readTreeParameters(query));
      return { type: 'report', head: { ...headOf('Tree'), ...head() }, items };
    },
  };
}
