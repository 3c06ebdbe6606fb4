import { defineConfig } from 'oxlint';
import { pureFolders } from './scripts/lint/layers.ts';

const impure = 'Time, chance and I/O are ports, handed in from outside.';
const impureGlobals = ['Date', 'performance', 'process', 'console', 'setTimeout', 'setInterval', 'crypto', 'Intl'];

export default defineConfig({
  ignorePatterns: ['node_modules', '**/generated/**', 'dist/**', 'dist.*/**', '.tsbuild/**', 'coverage/**'],
  jsPlugins: ['./scripts/lint/plugin.ts'],
  plugins: ['eslint', 'typescript', 'unicorn', 'oxc', 'import', 'promise', 'node'],
  options: { typeAware: true },
  categories: { correctness: 'error' },
  rules: {
    'house/layers': 'error',
    'house/constant-regexp': 'error',
    'house/no-vitest-mocks': 'error',
    eqeqeq: 'error',
    'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
    'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
    'max-depth': ['error', 4],
    'no-console': 'error',
    // Control characters are escaped here before they reach a terminal.
    'no-control-regex': 'off',
    'no-eval': 'error',
    'no-implied-eval': 'error',
    'no-new-func': 'error',
    'no-param-reassign': 'error',
    'no-var': 'error',
    'prefer-const': 'error',
    'import/no-cycle': 'error',
    'import/no-default-export': 'error',
    'typescript/consistent-type-imports': 'error',
    'typescript/no-explicit-any': 'error',
    'typescript/no-non-null-assertion': 'error',
    'typescript/ban-ts-comment': 'error',
    'typescript/require-array-sort-compare': ['error', { ignoreStringArrays: true }],
    'typescript/no-misused-promises': ['error', { checksVoidReturn: { arguments: false } }],
    // Spreading a string gives its code points, which is what the places that do it want.
    'typescript/no-misused-spread': 'off',
    'typescript/only-throw-error': 'error',
    // Ports and factories are records of closures: none of their methods has a `this` to lose.
    'typescript/unbound-method': 'off',
    'typescript/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    'typescript/no-unsafe-assignment': 'error',
    'typescript/no-unsafe-argument': 'error',
    'typescript/no-unsafe-call': 'error',
    'typescript/no-unsafe-member-access': 'error',
    'typescript/no-unsafe-return': 'error',
    'unicorn/filename-case': ['error', { case: 'kebabCase' }],
  },
  overrides: [
    {
      files: pureFolders.map((folder) => `${folder}/**`),
      rules: {
        'no-restricted-globals': ['error', ...impureGlobals.map((name) => ({ name, message: impure }))],
        'no-restricted-properties': [
          'error',
          { object: 'Math', property: 'random', message: impure },
          { object: 'globalThis', message: impure },
        ],
      },
    },
    {
      files: ['test/**'],
      plugins: ['vitest'],
      rules: {
        'max-lines-per-function': 'off',
        'vitest/no-focused-tests': 'error',
        'vitest/no-disabled-tests': 'error',
        'vitest/expect-expect': 'off',
        'vitest/valid-expect': ['error', { maxArgs: 2 }],
        // What a test reads is its own, and what it asserts wrongly fails it.
        'house/constant-regexp': 'off',
        'typescript/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
        // Cases are data: their titles and what they expect come from tables and folders.
        'vitest/no-conditional-expect': 'off',
        'vitest/no-standalone-expect': 'off',
        'vitest/no-conditional-tests': 'off',
        'vitest/valid-title': 'off',
      },
    },
    {
      // Where it is wrong, the run fails, which is what such a file is for.
      files: ['bench/**', 'test/**'],
      rules: { 'typescript/no-non-null-assertion': 'off' },
    },
    {
      files: ['scripts/**', 'bench/**', 'test/**', 'xds/proto/generate.ts'],
      rules: { 'no-console': 'off' },
    },
    {
      // Without types: it has to run on a Node that does not strip them.
      files: ['scripts/require-node.mjs'],
      rules: {
        'typescript/no-unsafe-assignment': 'off',
        'typescript/no-unsafe-argument': 'off',
        'typescript/no-unsafe-call': 'off',
        'typescript/no-unsafe-member-access': 'off',
        'typescript/no-unsafe-return': 'off',
      },
    },
    {
      // Tools that take their configuration as a default export.
      files: ['*.config.ts', 'scripts/lint/plugin.ts'],
      rules: { 'import/no-default-export': 'off' },
    },
  ],
});
