import { versionSpec } from '../command-line/version-spec.ts';
import { CommandFailure } from '../failure.ts';
import type { Io } from '../io.ts';
import { withSource } from '../load/open-source.ts';
import { escapeControls } from '../output/escape.ts';
import { printData } from '../output/print-data.ts';
import { wordFormats } from '../output/report-format.ts';
import { warnTo } from '../output/warning.ts';
import { routesQuestion } from '../services/routes-question.ts';
import { clientVersionLine, pluginVersion } from '../version.ts';
import { command, type CommandInput } from './command.ts';
import { outputFormat } from './output-format.ts';

type Flags = CommandInput<typeof versionSpec>['flags'];

export const versionCommand = command(versionSpec, async ({ flags }, io) => {
  const format = outputFormat(flags.output ?? '', ['', ...wordFormats], 'version', io);
  const answer = flags.client ? null : await controllerVersion(flags, io);
  const known = answer?.version ?? null;
  const controller = known === null ? null : { version: known };
  const report = { client: { version: pluginVersion() }, ...(flags.client ? {} : { controller }) };
  if (format !== '') io.write(await printData(format, report));
  else io.write(clientVersionLine() + (known === null ? '' : `Controller Version: v${escapeControls(known)}\n`));
  // The half of the answer that is known is an answer.
  if (answer?.version === null) warnTo(io)(answer.reason);
  return 0;
});

type VersionAnswer = { readonly version: string } | { readonly version: null; readonly reason: string };

/** Every answer of a controller names its version; this asks for the smallest. */
async function controllerVersion(flags: Flags, io: Io): Promise<VersionAnswer> {
  const nothing = routesQuestion({ host: 'invalid', path: '/', namespace: null, invalid: false });
  const question = { ...nothing, noun: 'version of a controller' };
  const sourceFlags = { ...flags, filename: [], closed: false, from: undefined };
  try {
    const need = { command: 'version', watch: false, from: 'controller' } as const;
    const { source } = await withSource(sourceFlags, io, need, (asked) => asked.ask(question));
    return { version: source.version };
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    return { version: null, reason: error.message };
  }
}
