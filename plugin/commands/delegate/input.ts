import type { JsonObject } from '../../../files/edit/json-patch.ts';
import { UsageFailure, helpHint } from '../../failure.ts';
import type { Io } from '../../io.ts';
import type { HostPrefix } from '../../services/change/find-include.ts';
import type { Problem } from '../../services/change/problem.ts';
import { parseHeaderCondition } from '../../services/delegate/conditions.ts';
import { type ChildName, isNamespace, parseChild, parseTarget } from '../../services/delegate/target.ts';
import { orFail } from '../change/fail.ts';
import { filled } from '../scope.ts';

/** Throws UsageFailure where it is missing, and CommandFailure where it is none. */
export function targetOf(word: string | undefined, command: string, io: Io): HostPrefix {
  const text = filled(word);
  if (text === null) throw new UsageFailure(`${command} needs HOST/PREFIX`, helpHint(io.program, command));
  return orFail(parseTarget(text));
}

/** Null where none was given. */
export function childOf(flag: string, text: string | undefined): ChildName | null {
  const given = filled(text);
  return given === null ? null : orFail(parseChild(flag, given));
}

export function headersOf(flags: {
  readonly header: readonly string[];
  readonly 'ignore-case': boolean;
}): readonly JsonObject[] {
  return flags.header.map((text) => orFail(parseHeaderCondition(text, flags['ignore-case']) as JsonObject | Problem));
}

/** The namespaces of `--to`, each once; `*` is all. Throws UsageFailure. */
export function namespacesOf(texts: readonly string[], command: string, io: Io): readonly string[] {
  const given = texts.map((text) => text.trim()).filter((text) => text !== '');
  const seeHelp = helpHint(io.program, command);
  if (given.length === 0) throw new UsageFailure(`${command} needs --to NAMESPACE, or --to '*' for all`, seeHelp);
  const wrong = given.find((text) => text !== '*' && !isNamespace(text));
  if (wrong !== undefined) throw new UsageFailure(`--to takes namespaces or '*', not "${wrong}"`, seeHelp);
  return given.includes('*') ? ['*'] : [...new Set(given)];
}
