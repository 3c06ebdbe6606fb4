import { generate } from './generate.ts';
import { bundle } from './bundle.ts';
import { linkBins } from './link-bins.ts';

await generate();
await bundle();
await linkBins();
