import type { ReportSource } from '../report.ts';
import { escapeControls } from './escape.ts';

/** One line that says who answered. */
export function printSource(source: ReportSource): string {
  return `${escapeControls(`Source: ${nameOf(source)}`)}\n`;
}

function nameOf(source: ReportSource): string {
  switch (source.from) {
    case 'files':
      return source.paths.join(', ');
    case 'controller':
      return `the controller at ${source.url}, version ${source.version}`;
    case 'api':
      return `objects of ${source.cluster}, compiled here by version ${source.version}`;
  }
}
