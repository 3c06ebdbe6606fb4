import type { HttpFilter } from '../../proto/generated/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.ts';
import { Lua } from '../../proto/generated/envoy/extensions/filters/http/lua/v3/lua.ts';
import { packed } from '../any.ts';

/** A filter that runs a script of ours. Nothing of a tenant's is ever part of a script. */
export function luaFilter(name: string, script: string): HttpFilter {
  const value = packed('envoy.extensions.filters.http.lua.v3.Lua', Lua, {
    defaultSourceCode: { specifier: { $case: 'inlineString', value: script } },
  });
  return { name, configType: { $case: 'typedConfig', value } };
}
