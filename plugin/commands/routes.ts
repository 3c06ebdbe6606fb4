import type { RouteQuery } from '../../routing/route-item.ts';
import { routesSpec } from '../command-line/routes-spec.ts';
import { CommandFailure, helpHint, UsageFailure } from '../failure.ts';
import type { Io } from '../io.ts';
import { isEnvoy } from '../load/answerer.ts';
import { withSource } from '../load/open-source.ts';
import { escapeControls } from '../output/escape.ts';
import { printFaults } from '../output/faults.ts';
import { createRoutesPrinter, type RoutesStyle } from '../output/routes.ts';
import { printSource } from '../output/source.ts';
import { warnTo } from '../output/warning.ts';
import { readRoutes, watchRoutes } from '../services/routes.ts';
import type { RouteSelection } from '../services/select-routes.ts';
import { kindNamed } from '../services/status.ts';
import { type Asker, selectingItems } from '../services/select-items.ts';
import type { RouteTable } from '../route-table.ts';
import { command, type CommandInput } from './command.ts';
import { isInteractive } from './interactive.ts';
import { itemSelection } from './item-selection.ts';
import { reportFormat } from './output-format.ts';
import { type RowOrder, rowOrder } from './row-order.ts';
import { filled, isWatch, scopeOf } from './scope.ts';

type Input = CommandInput<typeof routesSpec>;

export const routesCommand = command(routesSpec, async (input, io) => {
  const format = reportFormat(input.flags.output, 'routes', io);
  const host = hostOf(input, io);
  const { flags } = input;
  const order = rowOrder(flags['sort-by'], 'routes', io);
  const selection = itemSelection(flags, 'routes', io);
  const rows = rowsOf(input, io);
  if (flags.interactive) return browse(input, host, io);
  if (flags.order) refuseOrder(input);
  if (flags.invalid && isEnvoy(flags.from))
    throw new CommandFailure('--invalid shows claims that lost, of which an Envoy knows nothing: leave out --from');
  return withSource(flags, io, { command: 'routes', watch: isWatch(flags) }, async (source) => {
    const namespace = scopeOf(flags, host === null ? source.defaultNamespace : null);
    const query = { host, path: filled(flags.path), namespace, invalid: flags.invalid };
    const style = { format, headers: !flags['no-headers'], order: flags.order, terminal: io.terminal };
    const manner: Manner = { style, order, rows, tellsFirst: !flags['watch-only'] };
    const asker = selectingItems<RouteTable>(source, selection);
    await (isWatch(flags) ? watch(asker, query, manner, io) : show(asker, query, manner, io));
    return 0;
  });
});

async function browse({ flags }: Input, host: string | null, io: Io): Promise<number> {
  if (flags['sort-by']) throw new CommandFailure('-i shows the order of Envoy: leave --sort-by out');
  if (flags.output) throw new CommandFailure('-i is a screen, and -o a format of text: give one of them');
  if (flags['watch-only'])
    throw new CommandFailure('-i shows what is there, and --watch-only leaves it out: give one of them');
  if (flags.selector) throw new CommandFailure('-l selects objects once, and -i keeps up: filter with / on the screen');
  if (flags['field-selector'])
    throw new CommandFailure('--field-selector is for the table, and -i a screen: filter with / on it');
  for (const name of ['service', 'kind', 'order'] as const)
    if (flags[name]) throw new CommandFailure(`--${name} is for the table, and -i a screen: filter with / on it`);
  if (!isInteractive(io, flags)) throw new CommandFailure('-i needs a terminal; leave it out for the table');
  const { showBrowse } = await import('./browse/show-browse.ts');
  return showBrowse({ flags, host, path: filled(flags.path), flat: true, command: 'routes' }, io);
}

interface Manner {
  readonly style: RoutesStyle;
  readonly order: RowOrder;
  readonly rows: RouteSelection;
  readonly tellsFirst: boolean;
}

async function show(
  source: Asker<RouteTable>,
  query: RouteQuery,
  { style, order, rows }: Manner,
  io: Io,
): Promise<void> {
  const { table: unsorted, nothing } = await readRoutes(source, query, rows);
  const table = { ...unsorted, items: order.sort(unsorted.items) };
  const printer = await createRoutesPrinter(style);
  const isTable = style.format.type === 'table' || style.format.type === 'wide';
  if (isTable) io.writeError(printSource(table.source, io.terminal.interactive, style.format.type));
  io.writeError(printFaults(table.faults));
  io.write(printer.table(table));
  if (nothing !== null) io.writeError(`${escapeControls(nothing)}\n`);
}

/** Until the process is interrupted. */
async function watch(
  source: Asker<RouteTable>,
  query: RouteQuery,
  { style, order, rows, tellsFirst }: Manner,
  io: Io,
): Promise<void> {
  const printer = await createRoutesPrinter(style);
  const watcher = {
    likeness: printer.likeness,
    order: order.follow,
    tellsFirst,
    events: (events: Parameters<typeof printer.events>[0]) => io.write(printer.events(events)),
    faults: (faults: Parameters<typeof printFaults>[0]) => io.writeError(printFaults(faults)),
    warn: warnTo(io),
  };
  await watchRoutes(source, query, rows, watcher, new AbortController().signal);
}

/** What --kind and --service say. Throws UsageFailure. */
function rowsOf({ flags }: Input, io: Io): RouteSelection {
  const refuse = (message: string): UsageFailure => new UsageFailure(message, helpHint(io.program, 'routes'));
  const [word, service] = [filled(flags.kind), filled(flags.service)];
  const kind = word === null ? null : kindNamed(word);
  if (word !== null && (kind === null || kind === 'TLSCertificateDelegation'))
    throw refuse(`--kind takes proxy, ingress or ingressroute, not "${word}"`);
  if (service === null) return { kind, service: null };
  const [name = '', namespace = null, ...more] = service.split('/').toReversed();
  if (name === '' || namespace === '' || more.length > 0)
    throw refuse(`--service takes SERVICE or NAMESPACE/SERVICE, not "${service}"`);
  return { kind, service: { namespace, name } };
}

/** Throws CommandFailure where the order is not that of the rules. */
function refuseOrder({ flags }: Input): void {
  if (isEnvoy(flags.from))
    throw new CommandFailure(
      '--order tells the rules of the controller, of which an Envoy knows nothing: leave out --from',
    );
  if (flags['sort-by'])
    throw new CommandFailure('--order tells the order of Envoy, and --sort-by makes another: give one of them');
  if (isWatch(flags)) throw new CommandFailure('--order compares the rows of one table: leave out -w');
}

function hostOf({ flags, arguments: [host] }: Input, io: Io): string | null {
  if (host === undefined || flags.host === undefined || host === flags.host) return filled(host ?? flags.host);
  throw new UsageFailure('HOST and --host say different things: give one of them', helpHint(io.program, 'routes'));
}
