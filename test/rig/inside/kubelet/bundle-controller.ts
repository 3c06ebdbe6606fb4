/** Makes what the image of the controller holds, in a folder that is not there yet. */
import { bundleInto } from '../../../../scripts/bundle.ts';

await bundleInto(process.argv[2] ?? '', ['contour']);
