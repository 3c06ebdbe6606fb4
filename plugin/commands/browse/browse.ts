import { browseSpec } from '../../command-line/browse-spec.ts';
import { CommandFailure } from '../../failure.ts';
import { command } from '../command.ts';
import { isInteractive } from '../interactive.ts';
import { filled } from '../scope.ts';

export const browseCommand = command(browseSpec, async ({ flags, arguments: [host] }, io) => {
  if (!isInteractive(io, flags)) throw new CommandFailure(`browse needs a terminal; use: ${io.program} routes`);
  const { showBrowse } = await import('./show-browse.ts');
  return showBrowse({ flags, host: filled(host), path: null, flat: false, command: 'browse' }, io);
});
