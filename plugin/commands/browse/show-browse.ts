import { CommandFailure } from '../../failure.ts';
import type { Io } from '../../io.ts';
import { openSource } from '../../load/open-source.ts';
import type { ReportSource } from '../../report.ts';
import { routesQuestion } from '../../services/routes-question.ts';
import { type BrowseState, firstBrowse } from '../../views/browse/state.ts';
import { browseScreen } from '../../views/browse/screen.ts';
import { showScreen } from '../../views/show-screen.ts';
import { heldBack } from '../interactive.ts';
import { scopeOf } from '../scope.ts';
import { backstageOf } from './backstage.ts';
import { type BrowseJob, type Browsing, isClusters } from './browsing.ts';

/** Until somebody leaves. Answers the exit code; rejects with CommandFailure. */
export async function showBrowse(job: BrowseJob, io: Io): Promise<number> {
  const held = heldBack(io);
  const { flags, host, path, command } = job;
  try {
    const source = await openSource(flags, held.io, { command, watch: true });
    const namespace = scopeOf(flags, host === null ? source.defaultNamespace : null);
    const question = routesQuestion({ host, path, namespace, invalid: true });
    // Whoever cannot answer is told of as by any other command, and not on a screen.
    const first = await source.ask(question);
    const code = await browse(
      { job, source, question, answerer: first.source, io: held.io },
      startOf(job, first.source),
      io,
    );
    await source.close();
    return code;
  } finally {
    held.release();
  }
}

function startOf({ flags, flat }: BrowseJob, source: ReportSource): BrowseState {
  const noCanary = isClusters(source) ? null : 'a canary is watched in a cluster, and these routes are of none';
  return firstBrowse({ title: titleOf(source), ascii: flags.ascii, flat, noCanary }, '');
}

function titleOf(source: ReportSource): string {
  switch (source.from) {
    case 'files':
      return source.paths.join(', ');
    case 'controller':
      return source.pods?.[0] ?? source.url ?? 'controller';
    case 'api':
      return source.context ?? source.cluster;
    case 'envoy':
      return source.pods.join(', ');
  }
}

/** A canary is looked at in between, and the screen is as it was afterwards. */
async function browse(browsing: Browsing, initial: BrowseState, io: Io): Promise<number> {
  const { flags } = browsing.job;
  for (let state = initial; ;) {
    const shown = { screen: browseScreen, initial: state, whole: true, ascii: flags.ascii };
    const end = await showScreen({ ...shown, backstage: backstageOf(browsing) }, io);
    if (end.type === 'interrupted' || end.end.type === 'interrupted') return 130;
    if (end.end.type === 'left') return 0;
    const { namespace, name, state: left } = end.end;
    state = await afterCanary(browsing, namespace, name, left, io);
  }
}

async function afterCanary(
  { job }: Browsing,
  namespace: string,
  name: string,
  state: BrowseState,
  io: Io,
): Promise<BrowseState> {
  const { watchCanary } = await import('../canary/watch.ts');
  const { flags } = job;
  const waited = { 'field-manager': undefined, 'force-conflicts': false, force: false, timeout: undefined };
  const chosen = { to: undefined, route: undefined, 'all-routes': false };
  try {
    await watchCanary({ ...flags, ...waited, ...chosen, namespace }, `proxy/${name}`, io);
    return { ...state, notice: null };
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    return { ...state, notice: error.message };
  }
}
