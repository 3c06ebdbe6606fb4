import { parseArgs } from 'node:util';
import { bundle } from './bundle.ts';
import { packKrew } from './krew/pack.ts';

const { values } = parseArgs({
  options: {
    krew: { type: 'boolean', default: false },
    // Where the archives will be downloaded from; without it the manifest serves `krew install --archive`.
    'release-url': { type: 'string' },
  },
});

await bundle();
if (values.krew) await packKrew(values['release-url']);
