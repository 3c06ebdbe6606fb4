import type { Command } from '@oclif/core/command';
import { Config } from '@oclif/core/config';
import type { Plugin } from '@oclif/core/interfaces';
import { catalogue, subCommandsOf } from './command-line/catalogue.ts';
import type { CommandSpec } from './command-line/spec.ts';
import type { RunnableCommand } from './commands/command.ts';
import type { Io } from './io.ts';
import { oclifCommand, oclifId } from './oclif-command.ts';
import { pluginVersion } from './version.ts';

/** Each command is loaded when it is run, with what it alone needs. */
const loaders: ReadonlyMap<string, () => Promise<RunnableCommand>> = new Map([
  ['routes', async () => (await import('./commands/routes.ts')).routesCommand],
  ['browse', async () => (await import('./commands/browse/browse.ts')).browseCommand],
  ['canary', async () => (await import('./commands/canary/weight.ts')).canaryCommand],
  ['canary start', async () => (await import('./commands/canary/start.ts')).canaryStartCommand],
  ['canary step', async () => (await import('./commands/canary/step.ts')).canaryStepCommand],
  ['canary promote', async () => (await import('./commands/canary/promote.ts')).canaryPromoteCommand],
  ['canary abort', async () => (await import('./commands/canary/abort.ts')).canaryAbortCommand],
  ['canary run', async () => (await import('./commands/canary/run.ts')).canaryRunCommand],
  ['canary status', async () => (await import('./commands/canary/status.ts')).canaryStatusCommand],
  ['canary list', async () => (await import('./commands/canary/status.ts')).canaryListCommand],
  ['canary watch', async () => (await import('./commands/canary/watch.ts')).canaryWatchCommand],
  ['canary switch', async () => (await import('./commands/canary/switch.ts')).canarySwitchCommand],
  ['delegate', async () => (await import('./commands/delegate/path.ts')).delegateCommand],
  ['delegate cert', async () => (await import('./commands/delegate/cert.ts')).delegateCertCommand],
  ['delegate list', async () => (await import('./commands/delegate/list.ts')).delegateListCommand],
  ['delegate check', async () => (await import('./commands/delegate/check.ts')).delegateCheckCommand],
  ['delegate revoke', async () => (await import('./commands/delegate/revoke.ts')).delegateRevokeCommand],
  ['delegate revoke cert', async () => (await import('./commands/delegate/cert.ts')).delegateRevokeCertCommand],
  ['dev', async () => (await import('./commands/dev.ts')).devCommand],
  ['trace', async () => (await import('./commands/trace.ts')).traceCommand],
  ['tree', async () => (await import('./commands/tree.ts')).treeCommand],
  ['status', async () => (await import('./commands/status.ts')).statusCommand],
  ['sync', async () => (await import('./commands/sync.ts')).syncCommand],
  ['version', async () => (await import('./commands/version.ts')).versionCommand],
]);

/** Runs a command of the catalogue; answers its exit code. */
export async function runApp(name: string, argv: readonly string[], io: Io): Promise<number> {
  const plugin = staticPlugin(io);
  const config = await Config.load({
    root: plugin.root,
    pjson: plugin.pjson,
    plugins: new Map([[plugin.name, plugin]]),
  });
  return config.runCommand<number>(oclifId({ name }), [...argv]);
}

/** All commands as one plugin that knows them already, so that nothing is searched for on disk. */
function staticPlugin(io: Io): Plugin {
  const version = pluginVersion();
  const commands = catalogue.flatMap((spec) => {
    const load = loaders.get(spec.name);
    return load === undefined ? [] : [loadable(spec, async () => oclifCommand(await load(), io))];
  });
  const topics = catalogue.filter((spec) => subCommandsOf(spec).length > 0);
  const find = (id: string): Promise<Command.Class> | undefined => commands.find((each) => each.id === id)?.load();
  return {
    _base: '',
    alias: 'kubectl-contour',
    commandIDs: commands.map(({ id }) => id),
    commands,
    commandsDir: undefined,
    findCommand: find as Plugin['findCommand'],
    hasManifest: false,
    hooks: {},
    isRoot: true,
    load: async () => {},
    moduleType: 'module',
    name: 'kubectl-contour',
    options: { root: import.meta.dirname },
    pjson: { name: 'kubectl-contour', version, oclif: { bin: 'kubectl contour', dirname: 'kubectl-contour' } },
    root: import.meta.dirname,
    topics: topics.map(({ name, summary }) => ({ name, description: summary })),
    type: 'core',
    valid: true,
    version,
  };
}

/** Flags and help come from the spec, not from here. */
function loadable(spec: CommandSpec, load: () => Promise<Command.Class>): Command.Loadable {
  return {
    id: oclifId(spec),
    summary: spec.summary,
    aliases: [],
    args: {},
    flags: {},
    hidden: false,
    hiddenAliases: [],
    load,
  };
}
