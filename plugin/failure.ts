/** Why a command could not do what it was asked. `message` is one plain sentence without a period or a prefix. */
export class CommandFailure extends Error {
  override readonly name: string = 'CommandFailure';
  /** Lines that say what to do about it. */
  readonly hints: readonly string[];

  constructor(message: string, hints: readonly string[] = [], options?: ErrorOptions) {
    super(message, options);
    this.hints = hints;
  }
}

/** The API server has refused. Its own words are the message. */
export class ServerFailure extends CommandFailure {
  override readonly name = 'ServerFailure';
  readonly status: number;
  /** `Forbidden`; empty where none was given. */
  readonly reason: string;

  constructor(
    { status, reason }: { readonly status: number; readonly reason: string },
    message: string,
    hints: readonly string[],
    cause: Error,
  ) {
    super(message, hints, { cause });
    this.status = status;
    this.reason = reason;
  }
}

/** The command line itself is wrong. */
export class UsageFailure extends CommandFailure {
  override readonly name = 'UsageFailure';

  /** @param seeHelp as {@link helpHint} makes it */
  constructor(message: string, seeHelp: string, options?: ErrorOptions) {
    super(message, [seeHelp], options);
  }
}

export function helpHint(program: string, command: string | null): string {
  return `See '${command === null ? program : `${program} ${command}`} --help' for usage.`;
}
