/** Reading of what an Envoy says as JSON, whatever it really is. */

/** Null where it is no JSON. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

export function fieldAt(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

/** Null where there is none. */
export function listAt(value: unknown, name: string): readonly unknown[] | null {
  const list = fieldAt(value, name);
  return Array.isArray(list) ? list : null;
}

/** 0 where there is none, which is what Envoy leaves out. */
export function numberAt(value: unknown, name: string): number {
  const number = fieldAt(value, name);
  return typeof number === 'number' ? number : 0;
}

/** Empty where there is none, which is what Envoy leaves out. */
export function textAt(value: unknown, name: string): string {
  const text = fieldAt(value, name);
  return typeof text === 'string' ? text : '';
}
