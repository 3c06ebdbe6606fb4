import type { Programmed } from '../../routing/programmed.ts';

/** Who has it not, and why: `envoy-b has not accepted it yet, envoy-c refused it: …`; empty where nobody said. */
export function missingEnvoys({ envoys, of, missing = [] }: Programmed): string {
  const rest = of - envoys - missing.length;
  return [
    ...missing.map(({ envoy, message }) =>
      message === null ? `${envoy} has not accepted it yet` : `${envoy} refused it: ${message}`,
    ),
    ...(missing.length > 0 && rest > 0 ? [`and ${rest} more`] : []),
  ].join(', ');
}
