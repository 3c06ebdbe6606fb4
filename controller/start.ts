import process from 'node:process';
import { boundHeapGrowth } from './heap.ts';
import { main } from './main.ts';

const { stdout, stderr, env, argv } = process;

boundHeapGrowth();
process.exit(await main(argv.slice(2), { stdout, stderr, env, signals: process }));
