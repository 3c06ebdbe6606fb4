import type { CanaryState } from './state.ts';

export function helpLines({ setting, readOnly }: CanaryState): readonly string[] {
  const { isProtected, command, view, run } = setting;
  const { name } = view.context;
  const change = [
    'left, right     ten percent less or more for the canary: staged, not done',
    'up, down        one percent more or less: staged, not done',
    's               stage a percentage that is typed',
    'n               stage the next of the recorded steps',
    `enter           do what is staged${isProtected ? '; the name of the object is to be typed' : ''}`,
    'escape          forget what is staged',
    `p               promote: the canary gets everything; asks${isProtected ? ' for the name of the object' : ''}`,
    `a               abort: back to what was there before; asks${isProtected ? ' for the name of the object' : ' once'}`,
    'space           hold: whoever drives the steps stops, the weights stay',
  ];
  const look = [
    't               trace a request to the route',
    'd               what is staged as a change, or what has changed since the beginning',
    `q               leave; ${run === null ? '' : 'nobody drives any more, and '}the weights stay as they are`,
  ];
  const reason = readOnly === null ? [] : [`Nothing can be changed from here: ${readOnly}.`, ''];
  return [
    ...reason,
    ...(readOnly === null ? change : []),
    ...look,
    '',
    `The same without a screen: ${command} status ${name}`,
  ];
}
