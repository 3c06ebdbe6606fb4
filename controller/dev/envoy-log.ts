import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { scrub } from '../../xds/snapshot/scrub.ts';

/** Passed to Envoy as `--log-format`: level and text, nothing else to parse. */
export const envoyLogFormat = '%l %v';

/** What Envoy says on every healthy start or stop, and nobody can act on. */
const noise =
  /^(warning) .*(gRPC config stream|StreamAggregatedResources|DeltaAggregatedResources|overload|hot restart|caught ENVOY_SIG|core_dump|runtime|deprecated|no admin address|listener .* connection limit|downstream connections limit)/i;

/** Hands on what a person should see of Envoy's log: warnings and worse, without anything that could be a key. */
export function readEnvoyLog(stream: Readable, say: (line: string) => void): void {
  createInterface(stream).on('line', (line) => {
    if (!/^(warning|error|critical) /.test(line) || noise.test(line)) return;
    say(`envoy: ${scrub(line)}`);
  });
}
