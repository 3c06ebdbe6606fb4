import { expect, onTestFinished, test } from 'vitest';
import type { Browsing } from '../../../plugin/commands/browse/browsing.ts';
import { followSheet } from '../../../plugin/commands/browse/follow-sheet.ts';
import { CommandFailure } from '../../../plugin/failure.ts';
import type { Source } from '../../../plugin/source.ts';
import type { BrowseEvent } from '../../../plugin/views/browse/state.ts';

/** Cannot answer at first, and goes away once it is followed. */
function weakSource(): Pick<Source, 'ask' | 'follow'> {
  let asked = 0;
  let followed = 0;
  return {
    async ask<Report>() {
      asked += 1;
      if (asked === 1) throw new CommandFailure('the connection was refused');
      return { items: [] } as unknown as Report;
    },
    async follow(_question, _sink, _warn, signal) {
      followed += 1;
      if (followed === 1) throw new CommandFailure('the connection was closed');
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    },
  };
}

test('a list that could not be had is asked for again, until it is there', async () => {
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const heard: BrowseEvent[] = [];
  const isBack = Promise.withResolvers<void>();
  const hear = (event: BrowseEvent): void => {
    heard.push(event);
    if (heard.length === 4) isBack.resolve();
  };
  const browsing = { source: weakSource(), namespace: null } as Pick<Browsing, 'source' | 'namespace'>;
  followSheet(browsing, 'objects', hear, stop.signal);
  await isBack.promise;
  expect(heard.map((event) => (event.type === 'sheet-warning' ? event.text : event.type))).toEqual([
    'the connection was refused',
    'sheet',
    'the connection was closed',
    'sheet',
  ]);
});
