import { canaryPromoteSpec } from '../../command-line/canary-specs.ts';
import { planPromote } from '../../services/canary/plan-promote.ts';
import { command } from '../command.ts';
import { filled } from '../scope.ts';
import { runChange } from './change.ts';
import { isUnderWay, serviceOf, weightJob } from './job.ts';

export const canaryPromoteCommand = command(canaryPromoteSpec, async ({ flags, arguments: [word = null] }, io) => {
  const choice = { route: filled(flags.route), allRoutes: flags['all-routes'] };
  const request = { ...choice, to: serviceOf('--to', flags.to), finish: flags.finish };
  const retype = flags.finish ? '--finish' : '';
  const job = weightJob({ command: 'canary promote', action: 'promote', flags, word, isCandidate: isUnderWay, retype });
  return runChange({ ...job, plan: async (proxy, context) => planPromote(proxy, request, context) }, io);
});
