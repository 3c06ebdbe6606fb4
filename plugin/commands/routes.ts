import type { RouteQuery } from '../../routing/route-item.ts';
import { routesSpec } from '../command-line/routes-spec.ts';
import { helpHint, UsageFailure } from '../failure.ts';
import type { Io } from '../io.ts';
import { controllerSource } from '../load/controller.ts';
import { escapeControls } from '../output/escape.ts';
import { printFaults } from '../output/faults.ts';
import { createRoutesPrinter, routesFormats, type RoutesStyle } from '../output/routes.ts';
import { printSource } from '../output/source.ts';
import type { RouteSource } from '../route-table.ts';
import { readRoutes, watchRoutes } from '../services/routes.ts';
import { command, type CommandInput } from './command.ts';
import { debugUrl } from './debug-url.ts';
import { outputFormat } from './output-format.ts';

type Input = CommandInput<typeof routesSpec>;

export const routesCommand = command(routesSpec, async (input, io) => {
  const format = outputFormat(input.flags.output ?? 'table', routesFormats, 'routes', io);
  const query = queryOf(input, io);
  const source = await sourceOf(input, io);
  const style = { format, headers: !input.flags['no-headers'], terminal: io.terminal };
  await (input.flags.watch ? watch(source, query, style, io) : show(source, query, style, io));
  return 0;
});

async function show(source: RouteSource, query: RouteQuery, style: RoutesStyle, io: Io): Promise<void> {
  const { table, nothing } = await readRoutes(source, query);
  const printer = await createRoutesPrinter(style);
  const isTable = style.format === 'table' || style.format === 'wide';
  if (isTable && io.terminal.interactive) io.writeError(printSource(table.source));
  io.writeError(printFaults(table.faults));
  io.write(printer.table(table));
  if (nothing !== null) io.writeError(`${escapeControls(nothing)}\n`);
}

/** Until the process is interrupted. */
async function watch(source: RouteSource, query: RouteQuery, style: RoutesStyle, io: Io): Promise<void> {
  const printer = await createRoutesPrinter(style);
  const watcher = {
    likeness: printer.likeness,
    events: (events: Parameters<typeof printer.events>[0]) => io.write(printer.events(events)),
    faults: (faults: Parameters<typeof printFaults>[0]) => io.writeError(printFaults(faults)),
    warn: (message: string) => io.writeError(`Warning: ${escapeControls(message)}\n`),
  };
  await watchRoutes(source, query, watcher, new AbortController().signal);
}

function queryOf({ flags, arguments: [host] }: Input, io: Io): RouteQuery {
  if (host !== undefined && flags.host !== undefined && host !== flags.host) {
    throw new UsageFailure('HOST and --host say different things: give one of them', helpHint(io.program, 'routes'));
  }
  const namespace = flags['all-namespaces'] ? null : filled(flags.namespace);
  return { host: filled(host ?? flags.host), path: filled(flags.path), namespace, invalid: flags.invalid };
}

/** An empty value means the same as none, as it does for kubectl. */
function filled(value: string | undefined): string | null {
  return value === undefined || value === '' ? null : value;
}

async function sourceOf({ flags }: Input, io: Io): Promise<RouteSource> {
  const refuse = (message: string): UsageFailure => new UsageFailure(message, helpHint(io.program, 'routes'));
  const { filename: paths, closed } = flags;
  if (paths.length === 0) {
    if (closed) throw refuse('--closed says how to read files: give -f too');
    return controllerSource(debugUrl(flags['debug-url'], 'routes', io), io.program);
  }
  if (flags['debug-url'] !== undefined) throw refuse('-f and --debug-url are two sources: give one of them');
  if (flags.watch && paths.includes('-')) throw refuse('--watch cannot follow standard input');
  const { fileSource } = await import('../load/files.ts');
  return fileSource({ paths, closed }, io.readStdin);
}
