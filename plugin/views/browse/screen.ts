import type { Screen } from '../screen.ts';
import { draw } from './draw.ts';
import { update } from './keys.ts';
import { read } from './read.ts';
import type { BrowseEvent, BrowseState } from './state.ts';
import type { BrowseEnd, Effect } from './step.ts';

export const browseScreen: Screen<BrowseState, BrowseEvent, Effect, BrowseEnd> = { update, draw, read };
