/** Where a slip of a finger must do nothing, the name of the object is typed, and not one letter. */
export function nameQuestion(name: string, text: string, cursor: string): string {
  return `type ${name} to do it: ${text}${cursor}`;
}

/** Null where it is the name. */
export function notTheName(name: string, text: string): string | null {
  return text.trim() === name ? null : `that is not ${name}: nothing was done`;
}
