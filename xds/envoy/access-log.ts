import type { AccessLog } from '../proto/generated/envoy/config/accesslog/v3/accesslog.ts';
import { FileAccessLog } from '../proto/generated/envoy/extensions/access_loggers/file/v3/file.ts';
import { packed } from './any.ts';

export function accessLogs(path: string | null): AccessLog[] {
  if (path === null) return [];
  const value = packed('envoy.extensions.access_loggers.file.v3.FileAccessLog', FileAccessLog, { path });
  return [{ name: 'envoy.access_loggers.file', configType: { $case: 'typedConfig', value } }];
}
