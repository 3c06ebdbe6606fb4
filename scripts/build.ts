import path from 'node:path';
import { parseArgs } from 'node:util';
import { bundle, distFolder } from './bundle.ts';
import { packKrew } from './krew/pack.ts';

const { values } = parseArgs({
  options: {
    krew: { type: 'boolean', default: false },
    'release-url': { type: 'string' },
  },
});

await bundle();
if (values.krew) await packKrew(path.join(distFolder, 'krew'), values['release-url']);
