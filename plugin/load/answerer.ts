import type { SourceFlags } from '../command-line/source-flags.ts';
import { helpHint, UsageFailure } from '../failure.ts';
import type { Io } from '../io.ts';
import type { NamedEnvoy } from './find-envoys.ts';

/** Who of a cluster is to answer. */
export type Answerer =
  | { readonly type: 'auto' | 'controller' | 'api' }
  /** One that is named, or all. */
  | { readonly type: 'envoy'; readonly named: NamedEnvoy | null };

/** What an Envoy can be asked, as commands are called. */
const ofEnvoys: readonly string[] = ['routes', 'trace'];

const notOfEnvoys: ReadonlyMap<string, string> = new Map([
  ['tree', 'an Envoy knows routes, and not which object includes which'],
  ['status', 'an Envoy knows routes, and not whether an object is valid'],
]);

/** Throws UsageFailure. */
export function answererOf(
  { from = 'auto', controller }: Pick<SourceFlags, 'from' | 'controller'>,
  { command, watch }: { readonly command: string; readonly watch: boolean },
  { program }: Io,
): Answerer {
  const refuse = (message: string): UsageFailure => new UsageFailure(message, helpHint(program, command));
  const takesEnvoys = ofEnvoys.includes(command);
  if (isEnvoy(from)) {
    const why = notOfEnvoys.get(command) ?? 'an Envoy knows routes and nothing else';
    if (!takesEnvoys) throw refuse(`${why}: leave out --from, or see its routes with ${program} routes --from=${from}`);
    if (controller) throw refuse('--controller names who is to answer, and --from=envoy asks Envoys: give one of them');
    if (watch)
      throw refuse('an Envoy does not say when its routes move: follow the controller, with --from=controller');
    return { type: 'envoy', named: namedIn(from, refuse) };
  }
  if (from !== 'auto' && from !== 'controller' && from !== 'api')
    throw refuse(`--from is auto, controller${takesEnvoys ? ', api or envoy[=POD]' : ' or api'}, not "${from}"`);
  if (from === 'api' && controller) throw refuse('--controller names who is to answer, and --from=api asks nobody');
  return { type: from };
}

export function isEnvoy(from: string | undefined): boolean {
  return from === 'envoy' || from?.startsWith('envoy=') === true;
}

function namedIn(from: string, refuse: (message: string) => UsageFailure): NamedEnvoy | null {
  if (from === 'envoy') return null;
  const parts = from.slice('envoy='.length).split('/');
  if (parts.length > 2 || parts.includes(''))
    throw refuse(`--from takes envoy=POD or envoy=NAMESPACE/POD, not "${from}"`);
  const [name = '', namespace = null] = parts.toReversed();
  return { namespace, name };
}
