import type { DelegationQuery } from '../../../routing/delegation-item.ts';
import { delegations } from '../../../routing/delegations.ts';
import type { DelegationList } from '../../delegation-list.ts';
import type { Question } from '../../source.ts';

/** Asks who gave what to whom. Only objects answer it. */
export function listQuestion(query: DelegationQuery): Question<Omit<DelegationList, 'partial'>> {
  return {
    page: 'debug/delegations',
    parameters: new URLSearchParams(),
    kind: 'DelegationList',
    noun: 'list of delegations',
    answer: (world) => ({ items: delegations(world, query) }),
    isBody: ({ items }) => Array.isArray(items),
  };
}
