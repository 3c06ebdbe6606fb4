import type * as Http from 'node:http';

/**
 * Node's HTTP client. Imported as a module it is asked for all that it exports, WebSocket among it, for which Node loads a
 * second HTTP client: a tenth of the time of a short command. Asked for by name it is not.
 * https://nodejs.org/api/process.html#processgetbuiltinmoduleid
 */
export function nodeHttp(): typeof Http {
  return process.getBuiltinModule('node:http');
}
