import { versionSpec } from '../command-line/catalogue.ts';
import { controllerVersion } from '../load/controller.ts';
import { escapeControls } from '../output/escape.ts';
import { printJson } from '../output/json.ts';
import { clientVersionLine, pluginVersion } from '../version.ts';
import { command } from './command.ts';
import { debugUrl } from '../load/debug-url.ts';
import { outputFormat } from './output-format.ts';

export const versionCommand = command(versionSpec, async ({ flags }, io) => {
  const format = outputFormat(flags.output ?? '', ['', 'json', 'yaml'], 'version', io);
  const answer = flags.client ? null : await controllerVersion(endpointOf(debugUrl(flags['debug-url'], 'version', io)));
  const known = answer?.version ?? null;
  const controller = known === null ? null : { version: known };
  const report = { client: { version: pluginVersion() }, ...(flags.client ? {} : { controller }) };
  if (format === 'json') io.write(printJson(report));
  else if (format === 'yaml') io.write((await import('../output/yaml.ts')).printYaml(report));
  else io.write(clientVersionLine() + (known === null ? '' : `Controller Version: v${escapeControls(known)}\n`));
  // The half of the answer that is known is an answer.
  if (answer?.version === null) io.writeError(`Warning: ${escapeControls(answer.reason)}\n`);
  return 0;
});

function endpointOf(url: URL): Parameters<typeof controllerVersion>[0] {
  return { url, name: url.href, dial: null };
}
