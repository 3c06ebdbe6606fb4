import { includeTree, type TreeWorld } from '../../routing/include-tree.ts';
import { readTreeParameters } from '../../routing/tree-parameters.ts';
import { headOf, type Page } from './answer.ts';
import { type OnChange, watchedReport } from './watched-report.ts';

export interface TreePageOptions {
  readonly world: TreeWorld;
  /** Who answers, and what is wrong with what it reads. */
  readonly head: () => object;
  readonly onChange: OnChange;
}

/** `/debug/tree`: who includes whom. */
export function treePage({ world, head, onChange }: TreePageOptions): Page {
  return {
    path: '/debug/tree',
    help: 'who includes whom; ?host= &name= &namespace= &certs=true &services=true &watch=1',
    answer({ query, signal }) {
      const items = (): ReturnType<typeof includeTree> => includeTree(world, readTreeParameters(query));
      const start = (): object => ({ ...headOf('Tree'), ...head() });
      if (query.get('watch') !== '1') return { type: 'report', head: start(), items: items() };
      return { type: 'lines', lines: watchedReport(() => ({ ...start(), items: items() }), onChange, signal) };
    },
  };
}
