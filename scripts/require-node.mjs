// Plain JavaScript, so that an old Node can still say what is wrong instead of refusing the first .ts file.
import { readFileSync } from 'node:fs';

const { engines } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const wanted = engines.node.replace('>=', '').split('.').map(Number);
const running = process.versions.node.split('.').map(Number);
const firstDifference = wanted.findIndex((part, index) => part !== running[index]);

if (firstDifference !== -1 && running[firstDifference] < wanted[firstDifference]) {
  process.stderr.write(
    `error: Node ${engines.node} is needed and this is ${process.versions.node}: install the development dependencies with their scripts (npm ci), which bring one\n`,
  );
  process.exitCode = 1;
}
