import { reasons } from '../routing/graph/reasons.ts';

/** The reference page of all diagnostics, made from the one table of them. */
export function reasonsPage(): string {
  const rows = Object.entries(reasons).map(([key, { severity, about }]) => {
    const [type, reason] = key.split('/');
    return `| ${type} | ${reason} | ${severity} | ${about} |`;
  });
  return `# Reasons

Every diagnostic an object can get. Types and reasons are Contour's wherever Contour has them. Made from
\`routing/graph/reasons.ts\` by \`npm run docs\`; do not edit.

| type | reason | severity | what it means, and what to do |
| --- | --- | --- | --- |
${rows.join('\n')}
`;
}
