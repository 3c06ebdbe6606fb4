import { expect, test } from 'vitest';
import { builtPlugin } from '../built-plugin.ts';

const { outputs } = builtPlugin().metafile;

/** The sources that come with a file of the bundle, whether they are wanted or not. */
function sourcesWith(file: string, seen = new Set<string>()): readonly string[] {
  if (seen.has(file)) return [];
  seen.add(file);
  const { inputs = {}, imports = [] } = outputs[file] ?? {};
  const needed = imports.filter(({ kind, external }) => kind === 'import-statement' && external !== true);
  return [...Object.keys(inputs), ...needed.flatMap(({ path }) => sourcesWith(path, seen))];
}

const isScreen = (source: string) => /node_modules\/(ink|react|react-reconciler|yoga-layout)\//.test(source);

test('ink and React come with what draws a screen, and with nothing else of ours', () => {
  const entries = Object.entries(outputs).flatMap(([file, { entryPoint }]) =>
    entryPoint === undefined ? [] : [{ entryPoint, sources: sourcesWith(file) }],
  );
  const drawing = entries.filter(({ sources }) => sources.some(isScreen)).map(({ entryPoint }) => entryPoint);
  const own = drawing.filter((entryPoint) => !entryPoint.startsWith('node_modules/'));
  expect(own).toEqual(['plugin/views/frame.ts']);
});

test('React is the one for users, and developer tools are left out', () => {
  const sources = Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs));
  const react = sources.filter((source) => /node_modules\/(react|react-reconciler|scheduler)\//.test(source));
  expect(react.length).toBeGreaterThan(0);
  expect(react.filter((source) => source.includes('development'))).toEqual([]);
  expect(sources.filter((source) => source.includes('react-devtools-core/'))).toEqual([]);
});
