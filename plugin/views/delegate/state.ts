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
  readonly host: string;
  readonly prefix: string;
  /** As `-H` takes it; empty for none. */
  readonly header: string;
  readonly child: string;
}

export const questions = ['host', 'prefix', 'header', 'child'] as const;
export type QuestionName = (typeof questions)[number];

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
      /** The command that does the same. */
      readonly command: string;
    };

export interface WizardState {
  readonly hosts: readonly HostChoice[];
  readonly children: readonly ChildChoice[];
  readonly answers: Answers;
  /** The question that is asked; `review` shows what would happen, `file` asks where it is written. */
  readonly at: QuestionName | 'review' | 'file';
  /** In the list that is shown. */
  readonly selected: number;
  readonly path: string;
  readonly trial: Trial;
  /** Tells answers that come late from those that are waited for. */
  readonly round: number;
  /** One line that says what just happened. */
  readonly note: string;
  readonly ascii: boolean;
}

export type WizardEvent = { readonly type: 'tried'; readonly round: number; readonly trial: Trial };

export type WizardEffect =
  | { readonly type: 'try'; readonly round: number; readonly answers: Answers }
  | { readonly type: 'copy'; readonly text: string };

export type WizardEnd =
  | { readonly type: 'left' }
  | { readonly type: 'apply'; readonly answers: Answers }
  | { readonly type: 'write'; readonly answers: Answers; readonly path: string };

/** @param given what is answered already, and may be changed */
export function firstState(
  hosts: readonly HostChoice[],
  children: readonly ChildChoice[],
  ascii: boolean,
  given: Pick<Answers, 'host' | 'prefix'> | null = null,
): WizardState {
  const answers = { host: '', prefix: '/', header: '', child: '', ...given };
  const rest = { selected: 0, path: '', round: 0, note: '', ascii };
  const isKnown = hosts.some(({ host }) => host === answers.host);
  return { hosts, children, answers, at: isKnown ? 'prefix' : 'host', trial: { type: 'pending' }, ...rest };
}

/** The choices that fit what was typed. */
export function choicesOf({ at, answers, hosts, children }: WizardState): readonly string[] {
  const fits = (text: string, typed: string): boolean => text.toLowerCase().includes(typed.toLowerCase());
  if (at === 'host') return hosts.map(({ host }) => host).filter((host) => fits(host, answers.host));
  return at === 'child' ? children.map(({ label }) => label).filter((label) => fits(label, answers.child)) : [];
}
