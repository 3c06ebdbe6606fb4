#!/usr/bin/env node
import { readCommandLine } from './argv.ts';
import { main } from './main.ts';
import { endOnInterrupt, guardPipes } from './process-guards.ts';
import { processIo } from './process-io.ts';

guardPipes();
const line = readCommandLine(process.argv.slice(2));
if (!line.passThrough) endOnInterrupt();
process.exitCode = await main(line, processIo(line));
