import { Document, isScalar, visit } from 'yaml';
import { escapeInStrings, hasControls } from './escape.ts';

/** @param value plain data, as JSON has it */
export function printYaml(value: unknown): string {
  const document = new Document(value, { aliasDuplicateObjects: false });
  // Only between double quotes can a character be spelled out.
  visit(document, {
    Scalar: (_, node) => {
      if (isScalar(node) && typeof node.value === 'string' && hasControls(node.value)) node.type = 'QUOTE_DOUBLE';
    },
  });
  return escapeInStrings(document.toString({ lineWidth: 0 }));
}
