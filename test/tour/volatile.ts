/** What differs from run to run, and what it is compared as. Nothing else may differ. */
const volatile: readonly (readonly [RegExp, string])[] = [
  [/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, 'TIME'],
  [/^\d\d:\d\d:\d\d /gm, 'TIME '],
  [/ after [0-9.]+m?s\b/g, ' after SECONDS'],
  [/\benvoy-[a-z0-9]{5}\b/g, 'envoy-POD'],
  [/\b10\.24[4-6]\.\d+\.\d+\b/g, 'ADDRESS'],
  // How wide an address is moves what stands beside it.
  [/ {2,}/g, '  '],
  // Who watches hears of the object and of the Envoys in no order: what is there for a moment may not be seen.
  [/^.*->0% .*\n/gm, 'aborted\n'],
  [/^TIME .* (not served yet|envoys 0\/1)\b.*\n/gm, ''],
  [/^(TIME \S+) \d+%->/gm, '$1 '],
  [/ 5xx \S+%( p99 \d+ms)?/g, ''],
];

export function comparable(printed: string): string {
  return volatile.reduce((text, [pattern, instead]) => text.replace(pattern, instead), printed);
}
