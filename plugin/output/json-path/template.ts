/** A template of kubectl's JSONPath dialect. https://kubernetes.io/docs/reference/kubectl/jsonpath/ */
export type Template = readonly Part[];

export type Part =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'value'; readonly path: Path }
  | { readonly type: 'range'; readonly path: Path; readonly body: Template };

/** Steps from the current object, which `$` and `@` name too. */
export type Path = readonly Step[];

export type Step =
  | { readonly type: 'field'; readonly name: string }
  | { readonly type: 'wildcard' }
  /** The object itself and all below it. */
  | { readonly type: 'recursive' }
  /** Null where it is not written. */
  | { readonly type: 'slice'; readonly from: number | null; readonly to: number | null; readonly step: number }
  | { readonly type: 'index'; readonly at: number }
  | { readonly type: 'union'; readonly paths: readonly Path[] }
  | { readonly type: 'filter'; readonly left: Operand; readonly test: Test };

export type Operand =
  | { readonly type: 'path'; readonly path: Path }
  | { readonly type: 'literal'; readonly value: string | number | boolean };

/** `exists` where nothing is compared. */
export type Test =
  | { readonly operator: 'exists' }
  | { readonly operator: '==' | '!=' | '<' | '<=' | '>' | '>='; readonly right: Operand };

/** The template is none; `message` goes on after "the template". */
export class TemplateFault extends Error {
  override readonly name = 'TemplateFault';
}
