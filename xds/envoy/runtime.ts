import type { Runtime } from '../proto/generated/envoy/service/runtime/v3/rtds.ts';
import { runtimeName } from './names.ts';

/** https://www.envoyproxy.io/docs/envoy/latest/api-v3/type/matcher/v3/regex.proto: without it, the limit is 100. */
export function emitRuntime(regexMaxProgramSize: number): Runtime {
  return {
    name: runtimeName,
    layer: {
      're2.max_program_size.error_level': regexMaxProgramSize,
      're2.max_program_size.warn_level': regexMaxProgramSize,
    },
  };
}
