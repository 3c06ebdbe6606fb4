import type { CustomColumn } from './custom-columns.ts';
import type { Template } from './json-path/template.ts';

/** Formats that each command has of its own. */
export const ownFormats = ['table', 'wide', 'name'] as const;
/** Formats that need no more than a word, in which all reports are printed alike. */
export const wordFormats = ['json', 'yaml', 'kyaml'] as const;
/** Formats in which a change of an object is the object as it would be. */
const documentFormats = ['yaml', 'kyaml'] as const;

export interface OwnFormat {
  readonly type: (typeof ownFormats)[number];
}

export type DataFormat =
  | { readonly type: (typeof wordFormats)[number] }
  | { readonly type: 'jsonpath'; readonly template: Template }
  | { readonly type: 'custom-columns'; readonly columns: readonly CustomColumn[] };

/** How a report is printed. */
export type ReportFormat = OwnFormat | DataFormat;

/** Is it the object that is wanted of a change, and no file is to be written? */
export function isDocumentFormat(name: string | undefined): name is (typeof documentFormats)[number] {
  return documentFormats.some((each) => each === name);
}

export function isOwnFormat(format: ReportFormat): format is OwnFormat {
  return ownFormats.some((type) => type === format.type);
}
