import process from 'node:process';
import { main } from './main.ts';

const { stdout, stderr, env, argv } = process;

process.exit(await main(argv.slice(2), { stdout, stderr, env, signals: process }));
