import { commonFlags } from './common-flags.ts';
import { connectionFlags } from './connection-flags.ts';
import type { FlagSpec } from './spec.ts';

/** Flags that every command takes, before its name or after. */
export const globalFlags = [...commonFlags, ...connectionFlags] as const satisfies readonly FlagSpec[];
