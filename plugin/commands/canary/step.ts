import { canaryStepSpec } from '../../command-line/canary-specs.ts';
import { planStep } from '../../services/canary/plan-step.ts';
import { command } from '../command.ts';
import { isUnderWay, weightJob } from './job.ts';
import { thenWatch } from './then-watch.ts';

export const canaryStepCommand = command(canaryStepSpec, async ({ flags, arguments: [word = null] }, io) => {
  const job = weightJob({ command: 'canary step', action: 'step', flags, word, isCandidate: isUnderWay, retype: '' });
  const watched = { ...flags, to: undefined, route: undefined, 'all-routes': false };
  return thenWatch({ ...job, plan: async (proxy, context) => planStep(proxy, context) }, watched, word, io);
});
