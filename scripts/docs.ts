/** `npm run docs`: writes the pages that are made from code. */
import { writeFileSync } from 'node:fs';
import { reasonsPage } from './reasons-page.ts';

writeFileSync(new URL('../docs/reference/reasons.md', import.meta.url), reasonsPage());
