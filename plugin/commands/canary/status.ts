import { canaryListSpec, canaryStatusSpec } from '../../command-line/canary-specs.ts';
import type { Io } from '../../io.ts';
import { missingRight } from '../../load/api-failure.ts';
import { readBackends, type SeenBackends } from '../../load/backends.ts';
import { resourceName } from '../../output/canary-change.ts';
import { printCanaries, printCanary } from '../../output/canary-overview.ts';
import { createDataPrinter } from '../../output/data-printer.ts';
import { escapeControls } from '../../output/escape.ts';
import { isOwnFormat, type ReportFormat } from '../../output/report-format.ts';
import { canaryItem, canaryList, type CanaryItem } from '../../services/canary/overview.ts';
import { routesOf } from '../../services/canary/proxy.ts';
import { isShared } from '../../services/canary/proxy-name.ts';
import { command } from '../command.ts';
import { reportFormat } from '../output-format.ts';
import { rowOrder } from '../row-order.ts';
import { scopeOf } from '../scope.ts';
import { closeSession } from '../change/close-session.ts';
import { isUnderWay } from './job.ts';
import { findProxy, namespaceIn, openSession } from './session.ts';

export const canaryStatusCommand = command(canaryStatusSpec, async ({ flags, arguments: [word = null] }, io) => {
  const format = reportFormat(flags.output, 'canary status', io);
  const session = await openSession(flags, io, 'canary status');
  const proxy = await findProxy(session, word, flags.host, isShared, 'status');
  const names = routesOf(proxy).flatMap(({ group }) => group.map((service) => service.name));
  const namespace = namespaceIn(session, proxy);
  const seen: SeenBackends =
    session.type === 'files'
      ? { backends: session.store.backends(namespace, names), missing: [] }
      : await readBackends(session.cluster, namespace, names, new AbortController().signal);
  const item = canaryItem(proxy, seen.backends);
  for (const line of seen.missing.flatMap(missingRight)) io.writeError(`${escapeControls(line)}\n`);
  await show([item], { format, headers: true }, () => printCanary(item, io.terminal), io);
  await closeSession(session);
  return 0;
});

export const canaryListCommand = command(canaryListSpec, async ({ flags }, io) => {
  const format = reportFormat(flags.output, 'canary list', io);
  const order = rowOrder(flags['sort-by'], 'canary list', io);
  const session = await openSession(flags, io, 'canary list');
  const namespace = scopeOf(flags, session.namespace);
  const proxies = await session.store.list(namespace);
  const items = order.sort(proxies.filter(isUnderWay).map((proxy) => canaryItem(proxy)));
  if (items.length === 0)
    io.writeError(`No canaries found${namespace === null ? '' : ` in ${namespace} namespace`}.\n`);
  const headers = !flags['no-headers'];
  if (items.length > 0 || !isOwnFormat(format))
    await show(items, { format, headers }, () => printCanaries(items, headers), io);
  await closeSession(session);
  return 0;
});

async function show(
  items: readonly CanaryItem[],
  { format, headers }: { readonly format: ReportFormat; readonly headers: boolean },
  print: () => string,
  io: Io,
): Promise<void> {
  if (!isOwnFormat(format)) io.write((await createDataPrinter(format, headers)).report(canaryList(items)));
  else if (format.type === 'name') io.write(items.map(({ object }) => `${resourceName(object.name)}\n`).join(''));
  else io.write(print());
}
