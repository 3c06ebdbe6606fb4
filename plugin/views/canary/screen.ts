import type { Screen } from '../screen.ts';
import { draw } from './draw.ts';
import { type CanaryEnd, update } from './keys.ts';
import { read } from './read.ts';
import type { CanaryEvent, CanaryState, Effect } from './state.ts';

export const canaryScreen: Screen<CanaryState, CanaryEvent, Effect, CanaryEnd> = { update, draw, read };
