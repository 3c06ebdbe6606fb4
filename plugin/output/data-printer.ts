import { createColumnPrinter, type CustomColumn } from './custom-columns.ts';
import { escapeControls } from './escape.ts';
import { printJson, printJsonLine } from './json.ts';
import { printTemplate } from './json-path/evaluate.ts';
import { printKyaml } from './kyaml.ts';
import type { Template } from './json-path/template.ts';
import type { DataFormat } from './report-format.ts';

/** Prints reports, and what moved in them, as data. */
export interface DataPrinter {
  report(report: { readonly items: readonly unknown[] }): string;
  events(events: readonly { readonly type: string; readonly object: unknown }[]): string;
}

/** @param headers whether columns have them */
export async function createDataPrinter(format: DataFormat, headers: boolean): Promise<DataPrinter> {
  switch (format.type) {
    case 'json':
      return { report: printJson, events: (events) => events.map(printJsonLine).join('') };
    case 'yaml':
      return yamlPrinter();
    case 'kyaml':
      return { report: printKyaml, events: (events) => events.map(printKyaml).join('') };
    case 'jsonpath':
      return templatePrinter(format.template);
    case 'custom-columns':
      return columnsPrinter(format.columns, headers);
  }
}

async function yamlPrinter(): Promise<DataPrinter> {
  const { printYaml } = await import('./yaml.ts');
  return { report: printYaml, events: (events) => events.map((event) => `---\n${printYaml(event)}`).join('') };
}

function templatePrinter(template: Template): DataPrinter {
  const print = (value: unknown): string =>
    printTemplate(template, value)
      .split(/([\n\t])/)
      .map((piece) => (piece === '\n' || piece === '\t' ? piece : escapeControls(piece)))
      .join('');
  return { report: print, events: (events) => events.map(({ object }) => print(object)).join('') };
}

function columnsPrinter(columns: readonly CustomColumn[], headers: boolean): DataPrinter {
  const { print } = createColumnPrinter(columns, headers);
  return { report: ({ items }) => print(items), events: (events) => print(events.map(({ object }) => object)) };
}
