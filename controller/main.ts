import { ManifestSourceError } from '../files/source-error.ts';
import { parseServe, serveFlags } from './config.ts';
import { Fault } from './fault.ts';
import { describeFlags } from './flags.ts';
import type { Io } from './io.ts';
import { printable } from './printable.ts';
import { awaitEnd } from './signals.ts';
import { controllerVersion } from './version.ts';

const help = `contour programs Envoy from HTTPProxy and Ingress objects.

Usage: contour COMMAND [flags]

  serve       Serve Envoys from a cluster or a folder of YAML
  dev         Serve a folder of YAML with an Envoy started here: no cluster is needed
  bootstrap   Write what an Envoy starts with
  envoy       End an Envoy without breaking a request off
  certgen     Make the certificates with which Contour and Envoys know each other
  version     Print the version

contour COMMAND --help says more.
`;

const serveHelp = `Serve Envoys from a cluster or a folder of YAML.

Usage: contour serve (--incluster | --kubeconfig FILE | --manifests PATH) (--insecure | --contour-cafile FILE --contour-cert-file FILE --contour-key-file FILE) [flags]

${describeFlags(serveFlags)}`;

async function runServe(argv: readonly string[], io: Io): Promise<number> {
  const config = parseServe(argv, io.env);
  if (config === null) {
    io.stdout.write(serveHelp);
    return 0;
  }
  const { end, forget } = awaitEnd(io.signals);
  try {
    const { serve } = await import('./serve.ts');
    const code = await serve(config, io, end);
    // Asked to stop and stopped: what an orchestrator sends is no failure.
    return code === 143 ? 0 : code;
  } finally {
    forget();
  }
}

async function runCommand([command, ...rest]: readonly string[], io: Io): Promise<number> {
  switch (command) {
    case 'serve':
      return runServe(rest, io);
    case 'dev':
      return (await import('./dev/run-dev.ts')).runDev(rest, io);
    case 'bootstrap':
      return (await import('./bootstrap/run-bootstrap.ts')).runBootstrap(rest, io);
    case 'certgen':
      return (await import('./certgen/run-certgen.ts')).runCertgen(rest, io);
    case 'envoy':
      return (await import('./shutdown/run-envoy-command.ts')).runEnvoyCommand(rest, io);
    case 'version':
    case '--version':
      io.stdout.write(`v${controllerVersion()}\n`);
      return 0;
    case undefined:
    case 'help':
    case '--help':
    case '-h':
      io.stdout.write(help);
      return 0;
    default:
      throw new Fault(`there is no command ${JSON.stringify(command)}: contour --help lists them`);
  }
}

/** Runs `contour` and answers its exit code. Faults of the world are one line on stderr; bugs are thrown. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  try {
    return await runCommand(argv, io);
  } catch (error) {
    if (!(error instanceof Fault || error instanceof ManifestSourceError)) throw error;
    io.stderr.write(`error: ${printable(error.message)}\n`);
    return 1;
  }
}
