/** Runs in another network, listens there, and hands the socket to its parent, to whom it belongs from then on. */
import { createServer } from 'node:net';

const [host = '', port = ''] = process.argv.slice(2);
const server = createServer();
server.listen({ host, port: Number(port) }, () => {
  process.send?.('listening', server, undefined, () => process.exit(0));
});
