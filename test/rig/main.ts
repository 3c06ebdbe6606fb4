import { Fault } from '../../controller/fault.ts';
import { build, down, exec, up } from './commands.ts';
import { parse, help } from './command-line.ts';

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

async function main(argv: readonly string[]): Promise<number> {
  const order = parse(argv);
  switch (order.command) {
    case 'help':
      process.stdout.write(help);
      return 0;
    case 'build':
      return build(say);
    case 'up':
      return up(order.name, say);
    case 'down':
      return down(order.name, say);
    case 'exec':
      return exec(order.name, order.words, say);
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof Fault)) throw error;
  say(`error: ${error.message}`);
  process.exitCode = 1;
}
