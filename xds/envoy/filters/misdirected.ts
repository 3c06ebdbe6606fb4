import { luaFilter } from './lua.ts';

/**
 * Below a wildcard, hosts share a certificate but not their routes: a client that shook hands for one name
 * and asks for another is sent away, so that it opens a connection of its own (RFC 9110, 15.5.20).
 */
export const misdirected = luaFilter(
  'misdirected',
  `function envoy_on_request(handle)
  local authority = handle:headers():get(":authority") or ""
  local host = string.gsub(string.lower(authority), ":%d*$", "")
  if host ~= string.lower(handle:streamInfo():requestedServerName()) then
    handle:respond({[":status"] = "421"}, "")
  end
end
`,
);
