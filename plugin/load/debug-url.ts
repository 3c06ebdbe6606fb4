import { helpHint, UsageFailure } from '../failure.ts';
import type { Io } from '../io.ts';

const DEFAULT = 'http://127.0.0.1:6060';

/** The debug endpoint to ask: the flag, else the environment, else the default of `contour`. */
export function debugUrl(flag: string | undefined, command: string, { env, program }: Io): URL {
  const [name, text] = chosen(flag, env['KUBECTL_CONTOUR_DEBUG_URL']);
  const url = URL.parse(text.includes('://') ? text : `http://${text}`);
  if (url !== null && (url.protocol === 'http:' || url.protocol === 'https:')) return url;
  throw new UsageFailure(`${name} "${text}" is no address such as ${DEFAULT}`, helpHint(program, command));
}

function chosen(flag: string | undefined, variable: string | undefined): readonly [string, string] {
  if (flag !== undefined) return ['--debug-url', flag];
  return variable === undefined || variable === '' ? ['', DEFAULT] : ['KUBECTL_CONTOUR_DEBUG_URL', variable];
}
