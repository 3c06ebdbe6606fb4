import type { JsonObject } from '../../../files/edit/json-patch.ts';
import { canaryStartSpec } from '../../command-line/canary-specs.ts';
import { CommandFailure, helpHint, UsageFailure } from '../../failure.ts';
import { parseCookie, parseHeader } from '../../services/canary/conditions.ts';
import { planStart } from '../../services/canary/plan-start.ts';
import { parseSteps } from '../../services/canary/plan-step.ts';
import { routesOf } from '../../services/canary/proxy.ts';
import { parseWeightWish } from '../../services/canary/weights.ts';
import { command, type CommandInput } from '../command.ts';
import { filled } from '../scope.ts';
import { orFail } from '../change/fail.ts';
import { serviceOf, weightJob } from './job.ts';
import { thenWatch } from './then-watch.ts';

type Flags = CommandInput<typeof canaryStartSpec>['flags'];

export const canaryStartCommand = command(canaryStartSpec, async ({ flags, arguments: [word = null] }, io) => {
  const to = serviceOf('--to', flags.to);
  if (to === null)
    throw new UsageFailure('--to says which service is the canary', helpHint(io.program, 'canary start'));
  const wish = orFail(parseWeightWish(flags.weight ?? '0', false));
  if (wish.type === 'exact') throw new CommandFailure('--weight takes what the canary gets, from 0 to 100');
  const condition = conditionOf(flags);
  const steps = filled(flags.steps) === null ? [] : orFail(parseSteps(flags.steps ?? ''));
  const choice = { route: filled(flags.route), allRoutes: flags['all-routes'] };
  const request = { ...choice, to, percent: wish.percent, condition, steps };
  const isCandidate = (proxy: JsonObject): boolean => routesOf(proxy).some(({ group }) => group.length > 0);
  const retype = `--to ${flags.to ?? ''}`;
  const job = weightJob({ command: 'canary start', action: 'start', flags, word, isCandidate, retype });
  return thenWatch({ ...job, plan: async (proxy, context) => planStart(proxy, request, context) }, flags, word, io);
});

function conditionOf({ header, cookie }: Flags): JsonObject | null {
  const [headerText, cookieText] = [filled(header), filled(cookie)];
  if (headerText !== null && cookieText !== null)
    throw new CommandFailure('--header and --cookie are two ways to ask for the canary: start with one of them');
  if (headerText !== null) return { header: orFail(parseHeader('--header', headerText)) };
  return cookieText === null ? null : { header: orFail(parseCookie(cookieText)) };
}
