import { closest } from './edit-distance.ts';
import { patterns } from './pattern.ts';
import { invalidValue, wrongType, type Place } from './place.ts';
import type { IntegerSchema, StringSchema } from './schema.ts';
import { alternatives } from './sentence.ts';

export function conformString(schema: StringSchema, raw: unknown, place: Place): string | undefined {
  if (typeof raw !== 'string') return wrongType(place, 'text', raw, isBareWord(raw) ? ': put it in quotes' : '');
  const expected = expectedText(schema, raw);
  return expected === null ? raw : invalidValue(place, expected, raw);
}

/** YAML makes these of words like `on` and `1.10` that stand without quotes. https://yaml.org/type/bool.html */
function isBareWord(value: unknown): boolean {
  return typeof value === 'boolean' || typeof value === 'number';
}

/** What `text` should have been; null where it is right. */
function expectedText(schema: StringSchema, text: string): string | null {
  if (schema.enum !== undefined && !schema.enum.includes(text)) {
    const meant = closest(text, schema.enum);
    return `${alternatives(schema.enum)}${meant === null ? '' : ` (did you mean ${meant}?)`}`;
  }
  const { minLength = 0, maxLength = Infinity, pattern } = schema;
  if (text.length < minLength) return minLength === 1 ? 'given' : `at least ${minLength} characters`;
  if (text.length > maxLength && [...text].length > maxLength) return `at most ${maxLength} characters`;
  if (pattern !== undefined && !patterns[pattern].test(text)) return patterns[pattern].expected;
  return null;
}

export function conformInteger(schema: IntegerSchema, raw: unknown, place: Place): number | undefined {
  if (typeof raw !== 'number' || (!Number.isInteger(raw) && Number.isFinite(raw))) {
    return wrongType(place, 'a whole number', raw);
  }
  const { minimum = Number.MIN_SAFE_INTEGER, maximum = Number.MAX_SAFE_INTEGER } = schema;
  if (!Number.isSafeInteger(raw) || raw < minimum || raw > maximum) {
    return invalidValue(place, `a whole number from ${minimum} to ${maximum}`, raw);
  }
  if (schema.enum !== undefined && !schema.enum.includes(raw))
    return invalidValue(place, alternatives(schema.enum), raw);
  return raw;
}

export function conformBoolean(raw: unknown, place: Place): boolean | undefined {
  return typeof raw === 'boolean' ? raw : wrongType(place, 'true or false', raw);
}

export function conformIntOrString(raw: unknown, place: Place): number | string | undefined {
  if (typeof raw === 'string') return raw;
  return typeof raw === 'number' && Number.isSafeInteger(raw) ? raw : wrongType(place, 'a whole number or text', raw);
}
