import { helpHint, UsageFailure } from '../failure.ts';
import type { Io } from '../io.ts';

/** The format that `-o` names, or, in kubectl's words, that there is no such format. */
export function outputFormat<const Format extends string>(
  name: string,
  formats: readonly Format[],
  command: string,
  { program }: Io,
): Format {
  const format = formats.find((each) => each === name);
  if (format !== undefined) return format;
  const allowed = formats.filter((each) => each !== '').toSorted();
  const message = `unable to match a printer suitable for the output format "${name}"`;
  throw new UsageFailure(`${message}, allowed formats are: ${allowed.join(',')}`, helpHint(program, command));
}
