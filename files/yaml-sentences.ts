import type { ErrorCode } from 'yaml';

/** Own words for every code: the library's messages may quote the source, and the source may be a Secret. */
const SENTENCES: Readonly<Record<ErrorCode, string>> = {
  ALIAS_PROPS: 'an alias takes no anchor and no tag of its own',
  BAD_ALIAS: 'this alias names no anchor that stands before it',
  BAD_COLLECTION_TYPE: 'this tag does not fit what follows it',
  BAD_DIRECTIVE: 'this directive (a line that starts with "%") is not one that YAML has',
  BAD_DQ_ESCAPE: 'the double-quoted text has an escape that YAML does not have: write "\\\\" for a backslash',
  BAD_INDENT: 'the indentation does not fit the lines above',
  BAD_PROP_ORDER: 'anchor and tag must stand before the "-", "?" or ":" of what they mark',
  BAD_SCALAR_START: 'a value without quotes cannot start with this character: put it in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a map or list cannot start here: begin a new line, or quote a value that contains ": "',
  BLOCK_IN_FLOW: 'a "-" list or an indented map cannot stand inside [] or {}',
  DUPLICATE_KEY: 'the same key appears twice in this map: keep one of them',
  IMPOSSIBLE: 'the YAML does not parse here',
  KEY_OVER_1024_CHARS: 'a key is longer than 1,024 characters, or its ":" is missing',
  MISSING_CHAR: 'something is missing here: a ":" after a key, a space, a comma, or a closing quote or bracket',
  MULTILINE_IMPLICIT_KEY: 'a key must be on one line, and so must its ":"',
  MULTIPLE_ANCHORS: 'a value can have one anchor only',
  MULTIPLE_DOCS: 'a new document starts here without a "---" line',
  MULTIPLE_TAGS: 'a value can have one tag only',
  NON_STRING_KEY: 'a key must be plain text, not a map, a list or an alias',
  RESOURCE_EXHAUSTION:
    'the anchors and aliases, or the nesting, of this document multiply beyond reason; it is not read',
  TAB_AS_INDENT: 'a tab cannot indent YAML: use spaces',
  TAG_RESOLVE_FAILED: 'this tag is not known, or its value does not fit it; the value is read as it is written',
  UNEXPECTED_TOKEN: 'the YAML does not parse: this is not expected here',
};

export function sentenceFor(code: ErrorCode): string {
  return SENTENCES[code];
}
