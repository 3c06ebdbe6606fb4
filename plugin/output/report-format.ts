import type { CustomColumn } from './custom-columns.ts';
import type { Template } from './json-path/template.ts';

/** Formats that each command has of its own. */
export const ownFormats = ['table', 'wide', 'name'] as const;
/** Formats that need no more than a word, in which all reports are printed alike. */
export const wordFormats = ['json', 'yaml'] as const;

export interface OwnFormat {
  readonly type: (typeof ownFormats)[number];
}

export type DataFormat =
  | { readonly type: (typeof wordFormats)[number] }
  | { readonly type: 'jsonpath'; readonly template: Template }
  | { readonly type: 'custom-columns'; readonly columns: readonly CustomColumn[] };

/** How a report is printed. */
export type ReportFormat = OwnFormat | DataFormat;

export function isOwnFormat(format: ReportFormat): format is OwnFormat {
  return ownFormats.some((type) => type === format.type);
}
