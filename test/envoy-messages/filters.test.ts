import { expect, it } from 'vitest';
import { emitHttpListener } from '../../xds/envoy/http-listener.ts';
import { defaultEnvoySettings } from '../../xds/envoy/settings.ts';
import type { Listener } from '../../xds/proto/generated/envoy/config/listener/v3/listener.ts';
import { HttpConnectionManager } from '../../xds/proto/generated/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.ts';

function managersOf({ filterChains = [] }: Listener): readonly HttpConnectionManager[] {
  const filters = filterChains.flatMap((chain) => chain.filters ?? []);
  return filters.flatMap(({ configType }) =>
    configType?.$case === 'typedConfig'
      ? [HttpConnectionManager.decode(configType.value.value ?? new Uint8Array())]
      : [],
  );
}

it.each(['ads-delta', 'ads-sotw', 'delta', 'sotw'] as const)(
  'over %s, no filter of plain HTTP is off by default: a route that the fallback finds could not switch it on',
  (dialect) => {
    const managers = managersOf(emitHttpListener(dialect, defaultEnvoySettings));
    expect(managers).toHaveLength(1);
    const filters = managers.flatMap(({ httpFilters = [] }) => httpFilters);
    expect(filters.at(-1)?.name).toBe('router');
    expect(filters.filter(({ disabled }) => disabled === true)).toEqual([]);
  },
);
