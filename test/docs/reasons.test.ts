import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { reasonsPage } from '../../scripts/reasons-page.ts';

it('keeps the page of reasons as the table says: run `npm run docs`', () => {
  const page = readFileSync(new URL('../../docs/reference/reasons.md', import.meta.url), 'utf8');
  expect(withoutPadding(page)).toBe(withoutPadding(reasonsPage()));
});

/** The formatter aligns the columns. */
function withoutPadding(page: string): string {
  return page.replace(/ +/g, ' ').replace(/-{3,}/g, '---');
}
