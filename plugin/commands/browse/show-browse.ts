import { CommandFailure } from '../../failure.ts';
import type { Io } from '../../io.ts';
import { openSource } from '../../load/open-source.ts';
import type { ReportSource } from '../../report.ts';
import { routesQuestion } from '../../services/routes-question.ts';
import { type BrowseState, firstBrowse } from '../../views/browse/state.ts';
import type { BrowseEnd } from '../../views/browse/step.ts';
import { pageOf } from '../../views/page.ts';
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
      { job, source, question, namespace, answerer: first.source, io: held.io },
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
  const isOurs = isClusters(source) || source.from === 'files';
  const setting = {
    title: titleOf(source),
    ascii: flags.ascii,
    flat,
    noCanary,
    noDelegation: isOurs ? null : 'a path is given away in a cluster or in files, and these routes are of neither',
    readOnly: flags['read-only'],
  };
  return firstBrowse(setting, '');
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
    const end = await showScreen({ ...shown, backstage: backstageOf(browsing, state.sheets.keys()) }, io);
    if (end.type === 'interrupted' || end.end.type === 'interrupted') return 130;
    if (end.end.type === 'left') return 0;
    state = await (end.end.type === 'canary'
      ? afterCanary(browsing, end.end, io)
      : afterDelegate(browsing, end.end, io));
  }
}

type EndOf<Type> = Extract<BrowseEnd, { readonly type: Type }>;

async function afterCanary(
  { job }: Browsing,
  { namespace, name, state }: EndOf<'canary'>,
  io: Io,
): Promise<BrowseState> {
  const { watchCanary } = await import('../canary/watch.ts');
  const { flags } = job;
  const waited = {
    'field-manager': undefined,
    validate: undefined,
    'force-conflicts': false,
    force: false,
    timeout: undefined,
  };
  const chosen = { to: undefined, route: undefined, 'all-routes': false };
  try {
    await watchCanary({ ...flags, ...waited, ...chosen, namespace }, `proxy/${name}`, io);
    return { ...state, notice: null };
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    return { ...state, notice: error.message };
  }
}

/** What the wizard has said can be read on, and stays on the terminal. */
async function afterDelegate(
  { job }: Browsing,
  { host, prefix, namespace, state }: EndOf<'delegate'>,
  io: Io,
): Promise<BrowseState> {
  const { delegateWizard } = await import('../delegate/wizard.ts');
  const { flags } = job;
  const write = { output: undefined, 'dry-run': undefined, yes: false, force: false, wait: true, timeout: undefined };
  const manager = { 'field-manager': undefined, validate: undefined, 'force-conflicts': false };
  let said = '';
  const hear = (text: string): void => void (said += text);
  const heard: Io = { ...io, write: (text) => (hear(text), io.write(text)) };
  try {
    await delegateWizard({ ...flags, ...write, ...manager, namespace }, flags, heard, { host, prefix });
    return { ...state, notice: null, page: said === '' ? null : pageOf('delegate', said.trimEnd().split('\n')) };
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    return { ...state, notice: error.message };
  }
}
