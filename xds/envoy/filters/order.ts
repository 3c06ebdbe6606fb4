import type { HttpFilter } from '../../proto/generated/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.ts';
import { Router } from '../../proto/generated/envoy/extensions/filters/http/router/v3/router.ts';
import { packed } from '../any.ts';
import { misdirected } from './misdirected.ts';
import { scopeFallback } from './scope-fallback.ts';

export const router: HttpFilter = {
  name: 'router',
  configType: { $case: 'typedConfig', value: packed('envoy.extensions.filters.http.router.v3.Router', Router, {}) },
};

/** The fallback comes first: filters behind it see the route it found. */
export const httpFilters: readonly HttpFilter[] = [...scopeFallback, router];

export const httpsFilters: readonly HttpFilter[] = [router];

export const httpsWildcardFilters: readonly HttpFilter[] = [misdirected, router];
