/** Fields of an object by which every kind may be selected, a CRD by no others. */
const fields = ['metadata.name', 'metadata.namespace'] as const;
type Field = (typeof fields)[number];

interface Term {
  readonly field: Field;
  readonly value: string;
  readonly equal: boolean;
}

/** All of it has to hold. */
export type FieldSelector = readonly Term[];

export interface Named {
  readonly namespace: string;
  readonly name: string;
}

/**
 * `metadata.name=web,metadata.namespace!=shop`. Answers what is wrong with it in the words of kubectl and the API server.
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/field-selectors/
 */
export function parseFieldSelector(text: string): FieldSelector | string {
  const terms: Term[] = [];
  for (const written of text.split(/(?<!\\),/).filter((term) => term !== '')) {
    const [, name, operator, value = ''] = /^(.*?)(!=|==|=)(.*)$/s.exec(written) ?? [];
    if (name === undefined) return `invalid selector: '${text}'; can't understand '${written}'`;
    const field = fields.find((each) => each === name);
    if (field === undefined) return `field label not supported: ${name}`;
    terms.push({ field, value: value.replace(/\\([\\,=])/g, '$1'), equal: operator !== '!=' });
  }
  return terms;
}

export function fitsFields(selector: FieldSelector, { namespace, name }: Named): boolean {
  return selector.every(
    ({ field, value, equal }) => ((field === 'metadata.name' ? name : namespace) === value) === equal,
  );
}
