import type { HttpFilter } from '../../proto/generated/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.ts';
import { scopeFallbackName } from '../names.ts';
import { luaFilter } from './lua.ts';
import { scopeHeader } from './scope-header.ts';

/**
 * Asking for metadata makes Envoy choose the route again, once per filter: that is why each step is a filter.
 * A host says `found` so that a path it does not serve is its own 404, and never looked up elsewhere.
 */
const found = `local function found(handle)
  handle:metadata()
  local host = handle:virtualHost()
  return host ~= nil and host:metadata():get("found") == true
end
`;

/** From the authority as it came to the host in lower case without port, from there to its wildcard, from there to `*`. */
const step = `${found}
local function next_scope(scope, host)
  if scope ~= host and string.sub(scope, 1, 2) ~= "*." then return host end
  local parent = string.match(scope, "^[^*.][^.]*(%..+)$")
  return parent and "*" .. parent or "*"
end

function envoy_on_request(handle)
  if found(handle) then return end
  local headers = handle:headers()
  local scope = headers:get("${scopeHeader}")
  local authority = headers:get(":authority")
  if scope == nil or authority == nil then return end
  local host = string.gsub(string.lower(authority), ":%d*$", "")
  headers:replace("${scopeHeader}", next_scope(scope, host))
  handle:clearRouteCache()
end
`;

/** Envoy admits upgrades before any filter runs, when the route was not known yet: so it is said again here. */
const admit = `${found}
function envoy_on_request(handle)
  if not found(handle) or handle:headers():get("upgrade") == nil then return end
  if handle:metadata():get("upgrade") ~= true then
    handle:respond({[":status"] = "403"}, "")
  end
end
`;

/**
 * Answers for what a table of scopes cannot find by itself: upper case, IPv6 literals, wildcards, `*`. Every
 * scope disables these filters, so only a request without a scope creates them. All of one name, because
 * each name costs every scope an entry.
 *
 * Filters are chosen before the fallback finds the route. Therefore no filter on this listener may be off by
 * default and switched on by routes: it would not run here.
 */
export const scopeFallback: readonly HttpFilter[] = [step, step, step, admit].map((script) =>
  luaFilter(scopeFallbackName, script),
);
