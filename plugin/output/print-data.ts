import { printJson } from './json.ts';
import { printKyaml } from './kyaml.ts';
import type { wordFormats } from './report-format.ts';

/** Any value in a format that needs no more than a word. The library of YAML is loaded for YAML alone. */
export async function printData(format: (typeof wordFormats)[number], value: unknown): Promise<string> {
  if (format === 'json') return printJson(value);
  return format === 'kyaml' ? printKyaml(value) : (await import('./yaml.ts')).printYaml(value);
}
