import { defineConfig } from 'vitest/config';

const real = 'test/**/*.real.test.ts';
const plugin = 'test/plugin/**/*.test.ts';
/** Each of these brings up rigs, which have networks of their own. */
const cluster = ['cluster', 'plugin', 'rig', 'tour'].map((folder) => `test/${folder}/**/*.real.test.ts`);

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'fast',
          include: ['test/**/*.test.ts'],
          exclude: [real, plugin],
          // Of what takes part of a second; a busy machine is no failure.
          testTimeout: 30_000,
          // Vitest would leave one of two cores idle.
          maxWorkers: '100%',
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'plugin',
          include: [plugin],
          exclude: [real],
          maxWorkers: '100%',
          globalSetup: ['test/plugin/bundle-once.ts'],
          // A run of the plugin ends itself sooner; on a busy machine several take longer than the default.
          testTimeout: 30_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'cluster',
          include: cluster,
          // They wait more than they compute.
          maxWorkers: 2,
          // On a busy machine a rig and what it installs take a minute.
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'real',
          include: [real],
          exclude: cluster,
          // Real Envoys share the machine's cores: one file at a time keeps their timings honest.
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
