import type { JsonObject } from '../../../files/edit/json-patch.ts';
import { canarySwitchSpec } from '../../command-line/canary-specs.ts';
import { CommandFailure, helpHint, UsageFailure } from '../../failure.ts';
import { parseHeader } from '../../services/canary/conditions.ts';
import { findInclude, parseHostPrefix, type FoundInclude } from '../../services/change/find-include.ts';
import { includesOf, isConditional } from '../../services/change/includes.ts';
import { includeLive, type Expectation } from '../../services/change/live.ts';
import { planSwitch, type SwitchPlan } from '../../services/canary/plan-switch.ts';
import { command } from '../command.ts';
import { filled } from '../scope.ts';
import { runChange, type ChangeJob } from './change.ts';
import { orFail } from '../change/fail.ts';
import type { Session } from './session.ts';

export const canarySwitchCommand = command(canarySwitchSpec, async ({ flags, arguments: [word = ''] }, io) => {
  const seeHelp = helpHint(io.program, 'canary switch');
  const to = filled(flags.to);
  if (word === '' || to === null) throw new UsageFailure('canary switch needs HOST/PREFIX and --to NAME', seeHelp);
  const header = filled(flags['preview-header']);
  const preview = header === null ? null : orFail(parseHeader('--preview-header', header));
  const child = childOf(to);
  const wanted = parseHostPrefix(word);
  const locate = async ({ store }: Session): Promise<FoundInclude & { readonly proxies: readonly JsonObject[] }> => {
    const proxies = await store.list(null);
    return { ...orFail(findInclude(proxies, wanted)), proxies };
  };
  const job: ChangeJob<SwitchPlan> = {
    command: 'canary switch',
    action: 'switch',
    flags,
    retype: `${word} --to ${to}`,
    field: 'includes',
    needsBackends: false,
    undoable: true,
    find: async (session) => (await locate(session)).proxy,
    async plan(_, context, session) {
      const { proxies, ...found } = await locate(session);
      return planSwitch({ found, to: child, preview, proxies }, context);
    },
    expect: ({ proxy, plan }, namespace) => liveOf(proxy, plan, preview, namespace),
    child: ({ from, to: name }) => (preview === null ? { from, to: name } : null),
  };
  return runChange(job, io);
});

function childOf(text: string): { readonly name: string; readonly namespace: string | null } {
  const parts = text.split('/');
  const [first = '', second] = parts;
  if (parts.length > 2 || parts.includes(''))
    throw new CommandFailure(`--to takes NAME or NAMESPACE/NAME, not "${text}"`);
  return second === undefined ? { name: first, namespace: null } : { name: second, namespace: first };
}

/** The include that was written: by its conditions, for its place may have moved. */
function liveOf(proxy: JsonObject, { to }: SwitchPlan, preview: JsonObject | null, namespace: string): Expectation {
  const child = childOf(to);
  const isWritten = ({ conditions }: { readonly conditions: Parameters<typeof isConditional>[0] }): boolean =>
    preview === null ? !isConditional(conditions) : JSON.stringify(conditions).includes(JSON.stringify(preview));
  const include = includesOf(proxy).find(
    (each) => each.name === child.name && (child.namespace ?? each.namespace) === each.namespace && isWritten(each),
  );
  return includeLive(proxy, include?.pointer ?? '/spec/includes/0', child, namespace);
}
