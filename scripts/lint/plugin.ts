import { constantRegexp } from './constant-regexp.ts';
import { noVitestMocks } from './no-vitest-mocks.ts';
import { respectLayers } from './respect-layers.ts';

const plugin = {
  meta: { name: 'house' },
  rules: { layers: respectLayers, 'constant-regexp': constantRegexp, 'no-vitest-mocks': noVitestMocks },
};

// oxlint takes a plugin as the default export of its module.
export default plugin;
