import { readRequest } from '../../../routing/trace-request.ts';
import type { SourceItem } from '../../../routing/route-item.ts';
import { CommandFailure } from '../../failure.ts';
import { openCluster } from '../../load/cluster.ts';
import { editFile, editInCluster } from '../../load/edit-object.ts';
import { textInCluster, textInFile } from '../../load/object-text.ts';
import { clipboard } from '../../output/clipboard.ts';
import { objectWords } from '../../output/source-words.ts';
import { printTrace } from '../../output/trace.ts';
import type { RouteTable } from '../../route-table.ts';
import { traceQuestion } from '../../services/trace-question.ts';
import type { SheetView } from '../../views/browse/sheet.ts';
import type { BrowseEvent } from '../../views/browse/state.ts';
import type { Effect } from '../../views/browse/step.ts';
import { pageOf } from '../../views/page.ts';
import type { Backstage, Lend } from '../../views/screen.ts';
import { type Browsing, isClusters } from './browsing.ts';
import { followSheet } from './follow-sheet.ts';

/** @param looked what was looked at already, and goes on to be kept up to date */
export function backstageOf(browsing: Browsing, looked: Iterable<SheetView>): Backstage<BrowseEvent, Effect> {
  const { source, question } = browsing;
  let shown = new AbortController().signal;
  return {
    start(dispatch, signal) {
      shown = signal;
      for (const view of looked) followSheet(browsing, view, dispatch, signal);
      const hear = (table: RouteTable): void => dispatch({ type: 'table', table });
      const warn = (text: string): void => dispatch({ type: 'warning', text });
      source.follow(question, hear, warn, signal).catch((error: unknown) => {
        if (!(error instanceof CommandFailure)) throw error;
        warn(error.message);
      });
    },
    perform(effect, dispatch, lend) {
      if (effect.type === 'look') followSheet(browsing, effect.view, dispatch, shown);
      else void answer(browsing, effect, lend).then(dispatch);
    },
  };
}

type Asked = Exclude<Effect, { readonly type: 'look' }>;

/** What becomes of an effect; a refusal is something to read. */
async function answer(browsing: Browsing, effect: Asked, lend: Lend): Promise<BrowseEvent> {
  try {
    return await perform(browsing, effect, lend);
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    const { message, hints } = error;
    if (hints.length < 2) return { type: 'notice', text: [message, ...hints].join('  ') };
    return { type: 'page', page: pageOf('refused', [message, ...hints]) };
  }
}

async function perform(browsing: Browsing, effect: Asked, lend: Lend): Promise<BrowseEvent> {
  switch (effect.type) {
    case 'copy':
      browsing.io.write(clipboard(effect.text));
      return { type: 'notice', text: `copied ${effect.text}` };
    case 'trace':
      return trace(browsing, effect.request);
    case 'yaml':
      return yaml(browsing, effect.source);
    case 'edit':
      await lend(() => edit(browsing, effect.source));
      return { type: 'notice', text: 'edited' };
  }
}

async function yaml(browsing: Browsing, source: SourceItem): Promise<BrowseEvent> {
  const { file, line } = source;
  const lines =
    file !== undefined && line !== undefined ? await textInFile(file, line) : await inCluster(browsing, source);
  return { type: 'page', page: pageOf(objectWords(source), lines) };
}

async function inCluster(browsing: Browsing, source: SourceItem): Promise<readonly string[]> {
  refuseElsewhere(browsing);
  const { job, io } = browsing;
  const cluster = await openCluster(job.flags, io, job.command);
  const lines = await textInCluster(cluster, source);
  await cluster.close();
  return lines;
}

/** An object of the same name in the cluster of the kubeconfig would be another one. */
function refuseElsewhere({ answerer }: Browsing): void {
  if (isClusters(answerer)) return;
  throw new CommandFailure('the routes are of a controller that was named by its address: its objects are not known');
}

async function edit(browsing: Browsing, source: SourceItem): Promise<void> {
  const { job, io } = browsing;
  const { file, line = 1 } = source;
  if (file !== undefined) return editFile(file, line, io.env);
  refuseElsewhere(browsing);
  return editInCluster(source, job.flags, io.env);
}

async function trace({ source }: Browsing, text: string): Promise<BrowseEvent> {
  const words = text.split(' ').filter((word) => word !== '');
  const [first = '', second] = words;
  const written = {
    method: second === undefined ? null : first,
    url: second ?? first,
    headers: [],
    sni: null,
    sourceIp: null,
    all: false,
    seed: null,
  };
  const request = readRequest(written);
  if (typeof request === 'string') return { type: 'notice', text: request };
  const answered = await source.ask(traceQuestion({ request, all: false, seed: null }, written));
  return {
    type: 'page',
    page: pageOf(
      `trace ${text}`,
      printTrace(answered, () => null)
        .trimEnd()
        .split('\n'),
    ),
  };
}
