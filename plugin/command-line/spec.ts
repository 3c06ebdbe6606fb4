/** One flag as people see it. Everything that knows flags (parser, help, completion) is made from this. */
export interface FlagSpec {
  /** Without dashes, in kebab case. */
  readonly name: string;
  readonly char?: string;
  /** `list` may be repeated, and takes values divided by commas; `array` takes each value as it is. */
  readonly type: 'boolean' | 'string' | 'list' | 'array';
  /** As help prints it behind the name: `''`, `table`, `[]`. Booleans print `true` or `false`. */
  readonly shown?: string;
  /** A boolean that is true unless the command line says `=false`. */
  readonly on?: true;
  /** What a string means that stands without a value, which must then be joined by `=`: `--dry-run`. */
  readonly alone?: string;
  /** Taken, and not shown. */
  readonly hidden?: true;
  readonly summary: string;
}

export interface ArgumentSpec {
  readonly name: string;
  /** Of the last one: it may come any number of times. */
  readonly several?: true;
  readonly summary: string;
}

export interface Example {
  readonly title: string;
  /** Begins with `{bin}`, which stands for the way the program was called. */
  readonly command: string;
}

export interface CommandSpec {
  /** `canary start` is a sub-command of `canary`, which is a command too. */
  readonly name: string;
  /** Other names for it. */
  readonly aliases?: readonly string[];
  /** The heading it stands under in the overview. */
  readonly group: string;
  /** One line. */
  readonly summary: string;
  readonly description: string;
  readonly arguments: readonly ArgumentSpec[];
  readonly flags: readonly FlagSpec[];
  readonly examples: readonly Example[];
  /** Flags that make a question of it: the exit code 1 is its "no" then, and 2 that it could not be answered. */
  readonly questionFlags?: readonly string[];
  /** Whether it is such a question whatever its flags are. */
  readonly isQuestion?: true;
  /** Its arguments are read by somebody else and reach them untouched. */
  readonly passThrough: boolean;
}

/** What each kind of flag yields, by name. */
export type FlagValues<Flags extends readonly FlagSpec[]> = {
  readonly [Flag in Flags[number] as Flag['name']]: ValueOf<Flag['type']>;
};

type ValueOf<Type extends FlagSpec['type']> = Type extends 'boolean'
  ? boolean
  : Type extends 'list' | 'array'
    ? readonly string[]
    : string | undefined;
