import type { Problem } from './diagnostic.ts';
import { isGuarded } from './guarded-fields.ts';
import { childPointer } from './pointer.ts';
import { described } from './sentence.ts';

/** Where the checker stands, and what it has found so far. */
export interface Place {
  /** What this is part of; null for the whole. */
  readonly parent: Place | null;
  /** The field of the parent, or the position in it. */
  readonly token: string | number;
  /** What sentences call the value here: `weight`, `services[2]`. */
  readonly name: string;
  /** Inside a field that restricts or protects. */
  readonly guarded: boolean;
  /** Says nothing of values in sentences. */
  readonly discreet: boolean;
  readonly problems: Problem[];
}

/** The whole of an object of `kind`. Problems are added to `problems`. */
export function wholeOf(kind: string, problems: Problem[], discreet = false): Place {
  return { parent: null, token: '', name: kind, guarded: false, discreet, problems };
}

/** Where a place is, as a JSON pointer. Put together only when asked: of most places nothing is said. */
export function pointerOf({ parent, token }: Place): string {
  return parent === null ? '' : childPointer(pointerOf(parent), token);
}

export function fieldOf(place: Place, field: string): Place {
  return partOf(place, field, field, place.guarded || isGuarded(field));
}

/**
 * The entry of a map under a key that users choose. Where nothing is said of values, a key that could be a value that
 * lost its key is not said either, nor pointed at.
 */
export function entryOf(place: Place, key: string): Place {
  if (maySay(place, key)) return partOf(place, key, key, place.guarded);
  return { ...place, name: `a value of ${place.name}` };
}

const plain = new Set('abcdefghijklmnopqrstuvwxyz0123456789.-_/');

/** Whether a sentence may repeat a key. Base64 of more than a few bytes has a letter in upper case. */
export function maySay(place: Place, key: string): boolean {
  return !place.discreet || (key.length <= 63 && [...key].every((character) => plain.has(character)));
}

export function itemOf(place: Place, index: number): Place {
  return partOf(place, index, `${place.name}[${index}]`, place.guarded);
}

function partOf(parent: Place, token: string | number, name: string, guarded: boolean): Place {
  return { parent, token, name, guarded, discreet: parent.discreet, problems: parent.problems };
}

/** Reports a value that is not of its type; there is nothing to keep of it. */
export function wrongType(place: Place, expected: string, value: unknown, advice = ''): undefined {
  const message = `${place.name} must be ${expected}, got ${described(value, place.discreet)}${advice}`;
  place.problems.push({ pointer: pointerOf(place), reason: 'WrongType', message, severity: 'error' });
}

/** Reports a value that is of its type and not allowed; there is nothing to keep of it. */
export function invalidValue(place: Place, expected: string, value: unknown): undefined {
  const message = `${place.name} must be ${expected}, got ${described(value, place.discreet)}`;
  place.problems.push({ pointer: pointerOf(place), reason: 'InvalidValue', message, severity: 'error' });
}

export function missing(place: Place, field: string): void {
  const pointer = childPointer(pointerOf(place), field);
  const message = `${place.name} needs the field ${field}`;
  place.problems.push({ pointer, reason: 'MissingField', message, severity: 'error' });
}
