import { Fault } from '../../controller/fault.ts';
import { describeFlags, type FlagTable, parseFlags } from '../../controller/flags.ts';

/** What was asked for. A name that was not given is null. */
export type Order =
  | { readonly command: 'help' | 'build' }
  | { readonly command: 'up' | 'down'; readonly name: string }
  | { readonly command: 'exec'; readonly name: string | null; readonly words: readonly string[] };

const defaultName = 'default';

const flags: FlagTable = {
  name: { type: 'string', value: 'NAME', help: `Which rig (for up and down ${defaultName}, where it is not given)` },
  help: { type: 'boolean', short: 'h', help: 'Show this' },
};

export const help = `A small real Kubernetes on this machine, in a network of its own: etcd, kube-apiserver,
kube-controller-manager, kube-scheduler, and kwok in the place of nodes. Pods of the images contour,
envoy and node run what their spec says, each in a network of its own; all others run nothing, and
an echo answers HTTP on the TCP ports that they declare, at their addresses.

Usage: npm run -s rig -- COMMAND [--name NAME]

  up              Bring a rig up, leave it up, and print the KUBECONFIG for programs outside of it
  down            End it
  exec -- CMD…    Run CMD in the network of the rig, with its kubectl on PATH. Brings a rig up for
                  CMD where none is, which goes down with it.
  build           Build the parts and print their folder (about six minutes once; needs Go)

${describeFlags(flags)}
The environment of CMD is the caller's and:
  KUBECONFIG                the administrator's
  ENVOY_HTTP, ENVOY_HTTPS   host:port of the Service of the Envoys that run in the rig
  DEBUG_URL                 the debug endpoint of a controller that runs in the rig
They are the same before and after those are deployed. KUBEBUILDER_ASSETS may name a folder with an
etcd and a kube-apiserver to be used instead of those that are built; RIG_LOG a file for what the rig
itself complains of.
`;

function nameOf(text: string | null): string | null {
  if (text === null || /^[a-z0-9][a-z0-9-]{0,39}$/.test(text)) return text;
  throw new Fault(`--name takes up to 40 lower case letters, digits and dashes, and not ${JSON.stringify(text)}`);
}

function split(argv: readonly string[]): readonly [readonly string[], readonly string[]] {
  const dashes = argv.indexOf('--');
  return dashes === -1 ? [argv, []] : [argv.slice(0, dashes), argv.slice(dashes + 1)];
}

/** Throws a Fault that says what to give instead. */
export function parse(argv: readonly string[]): Order {
  const [before, words] = split(argv);
  const [command = '', ...rest] = before;
  if (['', 'help', '-h', '--help'].includes(command)) return { command: 'help' };
  const given = parseFlags(rest, flags);
  if (given.given('help')) return { command: 'help' };
  const name = nameOf(given.text('name'));
  if (command === 'exec') {
    if (words.length === 0) throw new Fault('rig exec takes a command: npm run -s rig -- exec -- kubectl get nodes');
    return { command, name, words };
  }
  if (words.length > 0) throw new Fault(`rig ${command} takes no command: only exec does`);
  if (command === 'up' || command === 'down') return { command, name: name ?? defaultName };
  if (command === 'build') return { command };
  throw new Fault(`there is no command ${JSON.stringify(command)}: it is one of up, down, exec, build (see --help)`);
}
