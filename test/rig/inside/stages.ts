import { readFile, writeFile } from 'node:fs/promises';
import { runQueries } from './kubelet/images.ts';

const selector = '    matchExpressions:\n';

function leavesAlone(query: string): string {
  return `    - key: '${query}'\n      operator: 'DoesNotExist'\n`;
}

/** kwok's stages, in which it leaves those Pods alone that run here. */
export async function writeStages(from: string, to: string): Promise<void> {
  const stages = (await readFile(from, 'utf8')).split('\n---\n').map((stage) => {
    if (!/^ {4}kind: Pod$/m.test(stage)) return stage;
    return stage.replace(selector, () => selector + runQueries.map(leavesAlone).join(''));
  });
  await writeFile(to, stages.join('\n---\n'));
}
