import { canaryStepSpec } from '../../command-line/canary-specs.ts';
import { planStep } from '../../services/canary/plan-step.ts';
import { command } from '../command.ts';
import { runChange } from './change.ts';
import { isUnderWay, weightJob } from './job.ts';

export const canaryStepCommand = command(canaryStepSpec, async ({ flags, arguments: [word = null] }, io) => {
  const job = weightJob({ command: 'canary step', action: 'step', flags, word, isCandidate: isUnderWay, retype: '' });
  return runChange({ ...job, plan: async (proxy, context) => planStep(proxy, context) }, io);
});
