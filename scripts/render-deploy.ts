/** `npm run render-deploy`: writes the manifest that installs everything, for people to read before they apply it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deployFile } from './deploy-file.ts';
import { root } from './root.ts';

writeFileSync(join(root, 'deploy/contour.yaml'), deployFile());
