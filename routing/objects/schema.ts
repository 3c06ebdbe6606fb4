import type { PatternName } from './pattern.ts';

/** The form of a value: what a CRD's structural schema says, cut to what the checker reads. */
export type Schema =
  | ObjectSchema
  | { readonly type: 'map'; readonly values: Schema }
  | ArraySchema
  | StringSchema
  | IntegerSchema
  | { readonly type: 'boolean'; readonly default?: boolean }
  | { readonly type: 'int-or-string' }
  /** Known by name and not read: any value will do. */
  | { readonly type: 'any' };

export interface ObjectSchema {
  readonly type: 'object';
  readonly properties: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  /** How a field that is null is taken; as a value of the wrong type where this is absent. */
  readonly nulls?: 'absent';
  /** What is said of fields that have no schema; they are reported where this is absent. */
  readonly unknownFields?: 'ignored';
}

export interface ArraySchema {
  readonly type: 'array';
  readonly items: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
}

export interface StringSchema {
  readonly type: 'string';
  readonly enum?: readonly string[];
  readonly default?: string;
  readonly pattern?: PatternName;
  readonly minLength?: number;
  readonly maxLength?: number;
}

export interface IntegerSchema {
  readonly type: 'integer';
  readonly enum?: readonly number[];
  readonly default?: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** The type of what conforms to a schema. Every field is optional: what cannot be read is left out. */
export type Shape<S> = S extends { readonly type: 'object'; readonly properties: infer P }
  ? { readonly [Field in keyof P]?: Shape<P[Field]> }
  : S extends { readonly type: 'map'; readonly values: infer V }
    ? ReadonlyMap<string, Shape<V>>
    : S extends { readonly type: 'array'; readonly items: infer I }
      ? readonly Shape<I>[]
      : S extends { readonly enum: readonly (infer E)[] }
        ? E
        : ScalarShape<S>;

type ScalarShape<S> = S extends { readonly type: 'string' }
  ? string
  : S extends { readonly type: 'integer' }
    ? number
    : S extends { readonly type: 'boolean' }
      ? boolean
      : S extends { readonly type: 'int-or-string' }
        ? number | string
        : unknown;
