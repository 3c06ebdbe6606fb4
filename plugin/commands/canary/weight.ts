import { meantBelow } from '../../command-line/catalogue.ts';
import { canarySpec } from '../../command-line/canary-specs.ts';
import { helpHint, UsageFailure } from '../../failure.ts';
import { planWeight } from '../../services/canary/plan-weight.ts';
import { isShared } from '../../services/canary/proxy-name.ts';
import { parseWeightWish } from '../../services/canary/weights.ts';
import { command } from '../command.ts';
import { isInteractive } from '../interactive.ts';
import { filled } from '../scope.ts';
import { orFail } from '../change/fail.ts';
import { serviceOf, weightJob } from './job.ts';
import { thenWatch } from './then-watch.ts';

export const canaryCommand = command(canarySpec, async ({ flags, arguments: [word = null] }, io) => {
  const text = flags.weight.join(',');
  if (text === '' && word === null && flags.filename.length === 0 && isInteractive(io, flags))
    return (await import('./watch.ts')).watchCanary(flags, null, io);
  if (text === '') {
    const example = `${io.program} canary ${word ?? 'NAME'} --weight 10`;
    const meant = meantBelow(canarySpec, word ?? '');
    throw new UsageFailure(`--weight says what the canary gets: ${example}${meant}`, helpHint(io.program, 'canary'));
  }
  const wish = orFail(parseWeightWish(text, flags.raw));
  const route = filled(flags.route);
  const request = {
    wish,
    route,
    allRoutes: flags['all-routes'],
    to: serviceOf('--to', flags.to),
    stable: serviceOf('--stable', flags.stable),
  };
  const job = weightJob({
    command: 'canary',
    action: 'weight',
    flags,
    word,
    isCandidate: isShared,
    retype: `--weight ${text}`,
  });
  return thenWatch({ ...job, plan: async (proxy, context) => planWeight(proxy, request, context) }, flags, word, io);
});
