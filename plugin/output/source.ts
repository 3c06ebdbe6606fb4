import type { ReportSource } from '../report.ts';
import { escapeControls } from './escape.ts';
import type { ReportFormat } from './report-format.ts';

/** One line that says who answered: to people, in a wide table, and to whoever else has an answer in part. */
export function printSource(
  source: ReportSource,
  isInteractive: boolean,
  format: ReportFormat['type'] = 'table',
): string {
  const isPart = 'unread' in source && source.unread.length > 0;
  if (!isInteractive && !isPart && format !== 'wide') return '';
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
    case 'envoy':
      return envoyName(source);
  }
}

function envoyName({ pods, version, unread }: Extract<ReportSource, { from: 'envoy' }>): string {
  const [first] = pods;
  const who =
    pods.length === 1 ? `the Envoy ${first}` : `${pods.length} Envoys that hold the same, ${first} and others`;
  return `${who}, version ${version}${withoutWords(unread)}`;
}

function withoutWords(unread: readonly string[]): string {
  return unread.length === 0 ? '' : `; in part, without ${unread.join(', ')}`;
}

function apiName({ cluster, namespaces, unread, why, version }: Extract<ReportSource, { from: 'api' }>): string {
  const whose = namespaces === null ? '' : ` in ${namespaces.join(', ')}`;
  return `objects of ${cluster}${whose}, compiled here by version ${version}${why === null ? '' : ` (${why})`}${withoutWords(unread)}`;
}
