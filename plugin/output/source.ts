import type { ReportSource } from '../report.ts';
import { escapeControls } from './escape.ts';

/** One line that says who answered: for people, and for whoever else has an answer in part. */
export function printSource(source: ReportSource, isInteractive: boolean): string {
  const isPart = source.from === 'api' && source.unread.length > 0;
  if (!isInteractive && !isPart) return '';
  return `${escapeControls(`Source: ${nameOf(source)}`)}\n`;
}

function nameOf(source: ReportSource): string {
  switch (source.from) {
    case 'files':
      return source.paths.join(', ');
    case 'controller':
      return `the controller ${source.pods?.[0] ?? `at ${source.url}`}, version ${source.version}`;
    case 'api':
      return apiName(source);
  }
}

function apiName({ cluster, namespaces, unread, why, version }: Extract<ReportSource, { from: 'api' }>): string {
  const whose = namespaces === null ? '' : ` in ${namespaces.join(', ')}`;
  const parts = unread.length === 0 ? '' : `; in part, without ${unread.join(', ')}`;
  return `objects of ${cluster}${whose}, compiled here by version ${version}${why === null ? '' : ` (${why})`}${parts}`;
}
