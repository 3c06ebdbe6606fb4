/** As much of a syntax node as the rules here look at. */
export interface SyntaxNode {
  readonly type: string;
  readonly name?: string;
  readonly value?: unknown;
  readonly quasis?: readonly SyntaxNode[];
  readonly expressions?: readonly SyntaxNode[];
  readonly source?: SyntaxNode | null;
  readonly argument?: SyntaxNode;
  readonly callee?: SyntaxNode;
  readonly object?: SyntaxNode;
  readonly property?: SyntaxNode;
  readonly arguments?: readonly SyntaxNode[];
}

export interface RuleContext {
  /** Absolute path of the file. */
  readonly filename: string;
  /** Folder of the configuration file's run. */
  readonly cwd: string;
  report(finding: { readonly node: SyntaxNode; readonly message: string }): void;
}

export interface Rule {
  create(context: RuleContext): Readonly<Record<string, (node: SyntaxNode) => void>>;
}
