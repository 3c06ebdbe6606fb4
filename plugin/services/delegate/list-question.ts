import type { DelegationItem, DelegationQuery } from '../../../routing/delegation-item.ts';
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

/** An item is the same one as long as it gives the same thing to the same namespace. */
export function identityOf(item: DelegationItem): string {
  if (item.type === 'Path') return JSON.stringify([item.host, item.prefix, item.conditions, item.to]);
  return JSON.stringify([item.secret, item.target, item.from.name]);
}
