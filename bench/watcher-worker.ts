/** Tells its parent when the operating system told it that a file came: `{file, at}`, in milliseconds since 1970. */
import { watch } from 'node:fs';
import { performance } from 'node:perf_hooks';
import process from 'node:process';

const [directory = '.'] = process.argv.slice(2);

watch(directory, (_, file) => {
  process.send?.({ file, at: performance.timeOrigin + performance.now() });
});
process.send?.({ file: null, at: 0 });
