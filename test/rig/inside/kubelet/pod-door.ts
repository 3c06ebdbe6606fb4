/** Runs in the network of one Pod, and leads the rig to what listens on the Pod's loopback. */
import { openDoor } from '../door.ts';

await openDoor(process.argv[2] ?? '', true);
process.stdout.write('open\n');
