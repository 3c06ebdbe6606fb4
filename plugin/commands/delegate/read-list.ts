import { pathOf, resources } from '../../../kubernetes/resources.ts';
import type { ConnectionFlags } from '../../command-line/connection-flags.ts';
import type { fileFlags, SourceFlags } from '../../command-line/source-flags.ts';
import type { FlagValues } from '../../command-line/spec.ts';
import type { DelegationList } from '../../delegation-list.ts';
import type { Io } from '../../io.ts';
import { missingRight } from '../../load/api-failure.ts';
import { withSource } from '../../load/open-source.ts';
import type { DelegationQuery } from '../../../routing/delegation-item.ts';
import { listQuestion } from '../../services/delegate/list-question.ts';
import { rightOf } from '../../services/rights.ts';
import { warnTo } from '../../output/warning.ts';

/** What to ask an administrator for, so that nothing of it is unknown. */
export function missingFor({ source }: DelegationList): readonly string[] {
  const unread = source.from === 'api' ? source.unread : [];
  const kinds = Object.values(resources).filter(({ plural }) => unread.some((what) => what.split(' ')[0] === plural));
  const [first] = kinds.filter(({ kind }) => kind !== 'Secret');
  if (first === undefined) return [];
  const right = rightOf('GET', pathOf(first, null));
  return [`Not read: ${unread.join('; ')}.`, ...(right === null ? [] : missingRight(right))];
}

export type ListFlags = FlagValues<typeof fileFlags> & ConnectionFlags;

/** What objects say of delegations, of a cluster or of files. Rejects with CommandFailure. */
export function readList(flags: ListFlags, command: string, query: DelegationQuery, io: Io): Promise<DelegationList> {
  const need = { command, watch: false };
  return withSource(objectsOnly(flags), io, need, async (source) => listOf(await source.ask(listQuestion(query))));
}

/** The same, and again whenever it may have changed, until the process is interrupted. */
export function followList(
  flags: ListFlags,
  command: string,
  query: DelegationQuery,
  io: Io,
  sink: (list: DelegationList) => void,
): Promise<void> {
  const { signal } = new AbortController();
  return withSource(objectsOnly(flags), io, { command, watch: true }, (source) =>
    source.follow(listQuestion(query), (list) => sink(listOf(list)), warnTo(io), signal),
  );
}

/** Controllers are not asked: objects alone tell who gave what. */
function objectsOnly(flags: ListFlags): SourceFlags {
  const from = flags.filename.length > 0 ? undefined : 'api';
  return { ...flags, from, controller: undefined, 'debug-url': undefined };
}

function listOf(list: Omit<DelegationList, 'partial'>): DelegationList {
  const { source } = list;
  const partial = source.from === 'api' && source.unread.some((what) => !what.startsWith('secrets'));
  return { ...list, partial };
}
