/** A host that somebody may give a part of. */
export interface HostChoice {
  readonly host: string;
  /** `shop/root` */
  readonly root: string;
  /** Paths of its routes, in the order of Envoy. */
  readonly paths: readonly string[];
}

/** An HTTPProxy that could answer. */
export interface ChildChoice {
  /** `cart/cart` */
  readonly label: string;
  readonly note: string;
}

/** What was answered so far, as it was typed. */
export interface Answers {
  /** One of `kinds`. */
  readonly what: string;
  readonly host: string;
  readonly prefix: string;
  /** As `-H` takes it; empty for none. */
  readonly header: string;
  readonly child: string;
  /** Of a certificate. */
  readonly secret: string;
  /** Who may use it, as `--to` takes them. */
  readonly targets: string;
}

/** What can be given to others. */
const kinds = ['a path of a host', 'a certificate'] as const;
const [path, certificate] = kinds;

const questions = {
  [path]: ['what', 'host', 'prefix', 'header', 'child'],
  [certificate]: ['what', 'secret', 'targets'],
} as const;
export type QuestionName = (typeof questions)[keyof typeof questions][number];

export function isCertificate({ what }: Pick<Answers, 'what'>): boolean {
  return what === certificate;
}

/** In the order in which they are asked. */
export function questionsOf(answers: Answers): readonly QuestionName[] {
  return questions[isCertificate(answers) ? certificate : path];
}

/** What would become of it. */
export type Trial =
  | { readonly type: 'pending' }
  | { readonly type: 'refused'; readonly lines: readonly string[] }
  | {
      readonly type: 'planned';
      /** Whether a check fails. */
      readonly fails: boolean;
      /** Whether there is anything to write. */
      readonly changes: boolean;
      readonly diff: readonly string[];
      readonly checks: readonly { readonly result: 'ok' | 'warn' | 'fail'; readonly message: string }[];
      /** The name of what is written; of several, of what is there already. */
      readonly object: string;
      /** The command that does the same. */
      readonly command: string;
    };

export interface WizardState {
  readonly hosts: readonly HostChoice[];
  readonly children: readonly ChildChoice[];
  /** Names of Secrets that are used here. */
  readonly secrets: readonly string[];
  readonly answers: Answers;
  /** The question that is asked; `review` shows what would happen, `file` asks where it is written, `name` for what is changed. */
  readonly at: QuestionName | 'review' | 'file' | 'name';
  /** In the list that is shown. */
  readonly selected: number;
  readonly path: string;
  /** Of the object, as it was typed. */
  readonly name: string;
  readonly trial: Trial;
  /** Tells answers that come late from those that are waited for. */
  readonly round: number;
  /** One line that says what just happened. */
  readonly note: string;
  readonly setting: Setting;
}

/** What stays the same while it asks. */
export interface Setting {
  readonly ascii: boolean;
  /** Whether the object's name is to be typed before it is written. */
  readonly isProtected: boolean;
}

export type WizardEvent = { readonly type: 'tried'; readonly round: number; readonly trial: Trial };

export type WizardEffect =
  | { readonly type: 'try'; readonly round: number; readonly answers: Answers }
  | { readonly type: 'copy'; readonly text: string };

export type WizardEnd =
  | { readonly type: 'left' }
  | { readonly type: 'apply'; readonly answers: Answers }
  | { readonly type: 'write'; readonly answers: Answers; readonly path: string };

/** What there is to choose from. */
export type Choices = Pick<WizardState, 'hosts' | 'children' | 'secrets'>;

/** @param given what is answered already, and may be changed */
export function firstState(
  choices: Choices,
  setting: Setting,
  given: Pick<Answers, 'host' | 'prefix'> | null = null,
): WizardState {
  const what = given === null ? '' : path;
  const answers = { what, host: '', prefix: '/', header: '', child: '', secret: '', targets: '', ...given };
  const rest = { selected: 0, path: '', name: '', round: 0, note: '', setting };
  const isKnown = choices.hosts.some(({ host }) => host === answers.host);
  const at = given === null ? 'what' : isKnown ? 'prefix' : 'host';
  return { ...choices, answers, at, trial: { type: 'pending' }, ...rest };
}

/** The choices that fit what was typed. */
export function choicesOf({ at, answers, hosts, children, secrets }: WizardState): readonly string[] {
  const fitting = (all: readonly string[], typed: string): readonly string[] =>
    all.filter((text) => text.toLowerCase().includes(typed.toLowerCase()));
  switch (at) {
    case 'what':
      return fitting(kinds, answers.what);
    case 'host':
      return fitting(
        hosts.map(({ host }) => host),
        answers.host,
      );
    case 'child':
      return fitting(
        children.map(({ label }) => label),
        answers.child,
      );
    case 'secret':
      return fitting(secrets, answers.secret);
    default:
      return [];
  }
}
