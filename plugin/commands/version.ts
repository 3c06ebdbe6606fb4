import { versionSpec } from '../command-line/version-spec.ts';
import { CommandFailure } from '../failure.ts';
import type { Io } from '../io.ts';
import { asksCluster, withSource } from '../load/open-source.ts';
import { escapeControls } from '../output/escape.ts';
import { printData } from '../output/print-data.ts';
import { wordFormats } from '../output/report-format.ts';
import { warnTo } from '../output/warning.ts';
import { streamsQuestion } from '../services/sync.ts';
import { versionSkew } from '../services/version-skew.ts';
import type { CrdVersions, VersionReport } from '../version-report.ts';
import { clientVersionLine, pluginVersion } from '../version.ts';
import { command, type CommandInput } from './command.ts';
import { outputFormat } from './output-format.ts';

type Flags = CommandInput<typeof versionSpec>['flags'];

export const versionCommand = command(versionSpec, async ({ flags }, io) => {
  const format = outputFormat(flags.output ?? '', ['', ...wordFormats], 'version', io);
  const client = { version: pluginVersion() };
  if (flags.client) {
    io.write(format === '' ? clientVersionLine() : await printData(format, { client }));
    return 0;
  }
  const [answer, crd] = await Promise.all([controllerVersions(flags, io), servedKinds(flags, io)]);
  const known = { client, controller: answer.controller, crd, envoys: answer.envoys };
  const report: VersionReport = { ...known, skew: versionSkew(known) };
  io.write(format === '' ? textOf(report) : await printData(format, report));
  // The half of the answer that is known is an answer.
  if (answer.reason !== null) warnTo(io)(answer.reason);
  for (const { message } of report.skew) warnTo(io)(message);
  return 0;
});

/** A line each; Envoys of one version are one line. */
function textOf({ controller, crd, envoys }: VersionReport): string {
  const counts = Map.groupBy(envoys ?? [], ({ version }) => version);
  const lines = [
    ...(controller === null ? [] : [`Controller Version: v${controller.version}`]),
    ...(crd?.versions ?? []).map((version) => `CRD Version: ${crd?.group}/${version}`),
    ...[...counts].map(([version, { length }]) => `Envoy Version: v${version} (${length})`),
  ];
  return clientVersionLine() + lines.map((line) => `${escapeControls(line)}\n`).join('');
}

/** Null where no cluster is asked. */
async function servedKinds(flags: Flags, io: Io): Promise<CrdVersions | null> {
  if (!asksCluster({ ...flags, from: undefined }, io)) return null;
  const { crdVersions } = await import('../load/crd-versions.ts');
  return crdVersions(flags, io);
}

interface ControllerAnswer {
  readonly controller: VersionReport['controller'];
  readonly envoys: VersionReport['envoys'];
  /** Why they are not known; null where they are. */
  readonly reason: string | null;
}

/** Every answer of a controller names its version; this one names its Envoys too. */
async function controllerVersions(flags: Flags, io: Io): Promise<ControllerAnswer> {
  const question = { ...streamsQuestion, noun: 'version of a controller' };
  const sourceFlags = { ...flags, filename: [], closed: false, from: undefined };
  try {
    const need = { command: 'version', watch: false, from: 'controller' } as const;
    const { source, items } = await withSource(sourceFlags, io, need, (asked) => asked.ask(question));
    const envoys = items.map(({ node, envoyVersion }) => ({ name: node, version: envoyVersion }));
    return { controller: { version: source.version }, envoys, reason: null };
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    return { controller: null, envoys: null, reason: error.message };
  }
}
