import process from 'node:process';
import { findEnvoy } from '../../controller/dev/envoy-binary.ts';

/** The real Envoy that tests run. Its absence is a failure, never a reason to skip. */
export function testEnvoy(): Promise<string> {
  return findEnvoy({ explicit: null, env: process.env, say: () => {} });
}
