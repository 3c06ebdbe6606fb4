import process from 'node:process';
import { heapGrowth, setHeapGrowth } from './heap.ts';
import { main } from './main.ts';
import { poolNoBuffers } from './pool.ts';

const { stdout, stderr, env, argv } = process;

setHeapGrowth(heapGrowth.reading);
poolNoBuffers();
process.exit(await main(argv.slice(2), { stdout, stderr, env, signals: process }));
