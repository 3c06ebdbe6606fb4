import { treeSpec } from '../command-line/tree-spec.ts';
import type { Io } from '../io.ts';
import { withSource } from '../load/open-source.ts';
import { printFaults } from '../output/faults.ts';
import { printData } from '../output/print-data.ts';
import { printSource } from '../output/source.ts';
import { printTree } from '../output/tree.ts';
import { printDot, printMermaid } from '../output/tree-graph.ts';
import { readTree } from '../services/tree.ts';
import type { Tree } from '../tree-report.ts';
import { command } from './command.ts';
import { outputFormat } from './output-format.ts';
import { filled, scopeOf } from './scope.ts';

const formats = ['text', 'json', 'yaml', 'kyaml', 'dot', 'mermaid'] as const;

export const treeCommand = command(treeSpec, async ({ flags, arguments: [word] }, io) => {
  const format = outputFormat(flags.output || 'text', formats, 'tree', io);
  return withSource(flags, io, { command: 'tree', watch: false }, async (source) => {
    const asked = filled(word);
    const namespace = scopeOf(flags, asked === null ? source.defaultNamespace : null);
    const tree = await readTree(source, asked, { namespace, certificates: flags.certs, services: flags.services });
    await print(tree, format, io);
    if (tree.items.length === 0)
      io.writeError(namespace === null ? 'No hosts found.\n' : `No hosts found in ${namespace} namespace.\n`);
    return 0;
  });
});

async function print(tree: Tree, format: (typeof formats)[number], io: Io): Promise<void> {
  switch (format) {
    case 'json':
    case 'yaml':
    case 'kyaml':
      return io.write(await printData(format, tree));
    case 'dot':
      return io.write(printDot(tree.items));
    case 'mermaid':
      return io.write(printMermaid(tree.items));
    case 'text':
      io.writeError(printSource(tree.source, io.terminal.interactive));
      io.writeError(printFaults(tree.faults));
      return io.write(printTree(tree.items));
  }
}
