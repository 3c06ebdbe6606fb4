import { readFileSync } from 'node:fs';
import type { TraceRequest } from '../../routing/trace-item.ts';
import { isSeed, type WrittenTrace } from '../../routing/trace-parameters.ts';
import { readRequest } from '../../routing/trace-request.ts';
import { traceSpec } from '../command-line/trace-spec.ts';
import { helpHint, UsageFailure } from '../failure.ts';
import type { Io } from '../io.ts';
import { answererOf } from '../load/answerer.ts';
import type { EnvoyDoor } from '../load/envoys.ts';
import { withSource } from '../load/open-source.ts';
import { printFaults } from '../output/faults.ts';
import { printData } from '../output/print-data.ts';
import { wordFormats } from '../output/report-format.ts';
import { printSource } from '../output/source.ts';
import { printTrace } from '../output/trace.ts';
import { printCurl } from '../output/trace-curl.ts';
import { compareSent } from '../services/compare-sent.ts';
import { type CurlCommand, readCurl } from '../services/curl.ts';
import { check, type Expectation, readExpectation } from '../services/expectations.ts';
import { traceQuestion } from '../services/trace-question.ts';
import type { Sent, Trace } from '../trace-report.ts';
import { command, type CommandInput } from './command.ts';
import { outputFormat } from './output-format.ts';
import { filled } from './scope.ts';

type Input = CommandInput<typeof traceSpec>;
type Flags = Input['flags'];

export const traceCommand = command(traceSpec, async ({ flags, arguments: words }, io) => {
  const refuse = (message: string): UsageFailure => new UsageFailure(message, helpHint(io.program, 'trace'));
  const format = outputFormat(flags.output || 'text', ['text', ...wordFormats, 'curl'], 'trace', io);
  const pasted = pastedCommand(flags, words, refuse);
  const written = writtenTrace(flags, words, pasted, refuse);
  const request = readRequest(written);
  if (typeof request === 'string') throw refuse(request);
  const expectations = flags.expect.map((text) => expectationOf(text, refuse));
  const door = await doorOf(flags, pasted, io, refuse);
  if (format === 'curl') {
    io.write(printCurl(request, flags.via ?? pasted?.via ?? null));
    return 0;
  }
  const question = traceQuestion({ request, all: written.all, seed: written.seed }, written);
  const answer = await withSource(flags, io, { command: 'trace', watch: false }, (source) => source.ask(question));
  const sent = door === null ? null : await send(request, door, answer);
  const expected = expectations.map((each) => check(each, answer.decision));
  const trace = { ...answer, ...(sent === null ? {} : { sent }), ...(expected.length === 0 ? {} : { expected }) };
  await print(trace, format, io);
  return sent?.agrees === false || expected.some(({ met }) => !met) ? 1 : 0;
});

async function send(request: TraceRequest, door: EnvoyDoor, { decision }: Trace): Promise<Sent> {
  const { sendRequest } = await import('../load/send-request.ts');
  return compareSent(door.name, await sendRequest(request, door), decision);
}

type Refuse = (message: string) => UsageFailure;

function pastedCommand(flags: Flags, words: readonly string[], refuse: Refuse): CurlCommand | null {
  if (flags.curl === undefined) return null;
  if (words.length > 0) throw refuse('--curl names the request: leave out METHOD and URL');
  const pasted = readCurl(flags.curl);
  if (typeof pasted === 'string') throw refuse(pasted);
  return pasted;
}

function writtenTrace(
  flags: Flags,
  words: readonly string[],
  pasted: CurlCommand | null,
  refuse: Refuse,
): WrittenTrace {
  const [first, second] = words;
  const url = pasted?.url ?? second ?? first;
  if (url === undefined) throw refuse('say which request: a URL, or --curl');
  const seed = filled(flags.seed);
  if (seed !== null && !isSeed(seed)) throw refuse('--seed takes a whole number from 0 to 4294967295');
  return {
    method: pasted === null ? (second === undefined ? null : (first ?? null)) : pasted.method,
    url,
    headers: [...(pasted?.headers ?? []), ...flags.header],
    sni: filled(flags.sni),
    sourceIp: filled(flags['source-ip']),
    all: flags.all,
    seed: seed === null ? null : Number(seed),
  };
}

function expectationOf(text: string, refuse: Refuse): Expectation {
  const expectation = readExpectation(text);
  if (expectation !== null) return expectation;
  throw refuse(`--expect takes backend=NAMESPACE/SERVICE[:PORT], status=NUMBER or redirect=URL, not "${text}"`);
}

/** Where --send sends to; null without it. */
async function doorOf(flags: Flags, pasted: CurlCommand | null, io: Io, refuse: Refuse): Promise<EnvoyDoor | null> {
  const address = filled(flags.via) ?? pasted?.via ?? null;
  if (!flags.send) {
    if (filled(flags.via) !== null && flags.output !== 'curl')
      throw refuse('--via says where --send sends to: give it too');
    return null;
  }
  const { addressDoor, clusterDoor } = await import('../load/envoys.ts');
  if (address === null) {
    const answerer = answererOf(flags, { command: 'trace', watch: false }, io);
    const named = answerer.type === 'envoy' ? answerer.named : null;
    if (flags.filename.length === 0 && flags['debug-url'] === undefined) return clusterDoor(flags, named, io, 'trace');
    throw refuse('--send needs the address of an Envoy here: give --via ADDRESS:PORT');
  }
  const door = addressDoor(address);
  if (door === null) throw refuse(`--via takes ADDRESS:PORT, not "${address}"`);
  return door;
}

async function print(trace: Trace, format: 'text' | (typeof wordFormats)[number], io: Io): Promise<void> {
  if (format !== 'text') return io.write(await printData(format, trace));
  io.writeError(printSource(trace.source, io.terminal.interactive));
  io.writeError(printFaults(trace.faults));
  // What a controller has read may be on another machine.
  io.write(printTrace(trace, trace.source.from === 'files' ? lineOf : () => null));
}

function lineOf(file: string, line: number): string | null {
  try {
    return readFileSync(file, 'utf8').split(/\r?\n/)[line - 1] ?? null;
  } catch {
    // Standard input, or a file that is gone by now.
    return null;
  }
}
