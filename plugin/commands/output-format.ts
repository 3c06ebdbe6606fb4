import { readFileSync } from 'node:fs';
import { CommandFailure, helpHint, UsageFailure } from '../failure.ts';
import type { Io } from '../io.ts';
import { parseColumns, parseColumnsFile } from '../output/custom-columns.ts';
import { parseTemplate } from '../output/json-path/parse.ts';
import { TemplateFault } from '../output/json-path/template.ts';
import { ownFormats, type ReportFormat, wordFormats } from '../output/report-format.ts';

const plainFormats = [...ownFormats, ...wordFormats] as const;
const withValue = ['jsonpath', 'jsonpath-file', 'custom-columns', 'custom-columns-file'] as const;

/** The format that `-o` names, or, in kubectl's words, that there is no such format. */
export function outputFormat<const Format extends string>(
  name: string,
  formats: readonly Format[],
  command: string,
  { program }: Io,
): Format {
  const format = formats.find((each) => each === name);
  if (format !== undefined) return format;
  throw unmatched(name, formats, helpHint(program, command));
}

/** What `-o` says of a report that may be printed in any way. Throws CommandFailure. */
export function reportFormat(output: string | undefined, command: string, { program }: Io): ReportFormat {
  const text = output || 'table';
  const hint = helpHint(program, command);
  const at = text.indexOf('=');
  const name = at < 0 ? text : text.slice(0, at);
  const plain = plainFormats.find((each) => each === text);
  if (plain !== undefined) return { type: plain };
  if (name.startsWith('go-template'))
    throw new UsageFailure('Go templates are not offered: use jsonpath or custom-columns', hint);
  const format = withValue.find((each) => each === name);
  if (format === undefined) throw unmatched(text, [...plainFormats, ...withValue], hint);
  if (at < 0)
    throw new UsageFailure(`-o ${name} takes a value: ${name}=${format.endsWith('-file') ? 'FILE' : '…'}`, hint);
  const value = text.slice(at + 1);
  try {
    return readFormat(format, format.endsWith('-file') ? readText(value) : value);
  } catch (error) {
    if (!(error instanceof TemplateFault)) throw error;
    throw new UsageFailure(`the value of -o ${name} ${error.message}`, hint);
  }
}

function readFormat(format: (typeof withValue)[number], text: string): ReportFormat {
  switch (format) {
    case 'jsonpath':
    case 'jsonpath-file':
      return { type: 'jsonpath', template: parseTemplate(text) };
    case 'custom-columns':
      return { type: 'custom-columns', columns: parseColumns(text) };
    case 'custom-columns-file':
      return { type: 'custom-columns', columns: parseColumnsFile(text) };
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as { readonly code?: unknown };
    throw new CommandFailure(`${file} cannot be read (${String(code)})`, [], { cause: error });
  }
}

function unmatched(name: string, formats: readonly string[], hint: string): UsageFailure {
  const allowed = formats.filter((each) => each !== '').toSorted();
  const message = `unable to match a printer suitable for the output format "${name}"`;
  return new UsageFailure(`${message}, allowed formats are: ${allowed.join(',')}`, hint);
}
