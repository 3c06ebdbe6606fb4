const longest = 40;

/** Text of others in quotes, cut where it is long. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > longest ? `${text.slice(0, longest)}…` : text);
}

/** A value as the end of "…, got". With `discreet`, only what kind of value it is. */
export function described(value: unknown, discreet: boolean): string {
  switch (typeof value) {
    case 'string':
      return discreet ? 'text' : `the text ${quoted(value)}`;
    case 'number':
      return discreet ? 'a number' : `the number ${String(value)}`;
    case 'boolean':
      return discreet ? 'true or false' : String(value);
    case 'object':
      if (value === null) return 'nothing';
      return Array.isArray(value) ? 'a list' : 'an object';
    case 'undefined':
      return 'nothing';
    default:
      return `a ${typeof value}`;
  }
}

/** `a, b or c`. */
export function alternatives(words: readonly (string | number)[]): string {
  const last = words.at(-1);
  return words.length < 2 ? String(last ?? '') : `${words.slice(0, -1).join(', ')} or ${String(last)}`;
}
