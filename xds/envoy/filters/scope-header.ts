import { HeaderValueOption_HeaderAppendAction as AppendAction } from '../../proto/generated/envoy/config/core/v3/base.ts';
import type { TypedExtensionConfig } from '../../proto/generated/envoy/config/core/v3/extension.ts';
import type { ScopedRoutes_ScopeKeyBuilder as ScopeKeyBuilder } from '../../proto/generated/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.ts';
import { HeaderMutation } from '../../proto/generated/envoy/extensions/http/early_header_mutation/header_mutation/v3/header_mutation.ts';
import { packed } from '../any.ts';

/** Holds the name by which a request looks for its scope. Ours alone: overwritten on entry, removed towards backends. */
export const scopeHeader = 'x-contour-scope';

/** What stands before the first colon: a host without its port. */
export const scopeKey: ScopeKeyBuilder = {
  fragments: [
    {
      type: {
        $case: 'headerValueExtractor',
        value: { name: scopeHeader, elementSeparator: ':', extractType: { $case: 'index', value: 0 } },
      },
    },
  ],
};

/** Removed first: without an authority nothing would be written, and a client's own value would stay. */
export const setScopeHeader: TypedExtensionConfig = {
  name: 'scope_header',
  typedConfig: packed('envoy.extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation', HeaderMutation, {
    mutations: [
      { action: { $case: 'remove', value: scopeHeader } },
      {
        action: {
          $case: 'append',
          value: {
            header: { key: scopeHeader, value: '%REQ(:AUTHORITY)%' },
            appendAction: AppendAction.OVERWRITE_IF_EXISTS_OR_ADD,
          },
        },
      },
    ],
  }),
};
