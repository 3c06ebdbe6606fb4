import { CommandFailure } from '../../failure.ts';
import type { ReportHead } from '../../report.ts';
import { createPauses } from '../../load/reconnect.ts';
import { statusQuestion } from '../../services/status.ts';
import { streamsQuestion, syncReport } from '../../services/sync.ts';
import { treeQuestion } from '../../services/tree.ts';
import type { Question } from '../../source.ts';
import type { Sheet, SheetView } from '../../views/browse/sheet.ts';
import { certsSheet, objectsSheet, syncSheet } from '../../views/browse/sheets.ts';
import type { BrowseEvent } from '../../views/browse/state.ts';
import type { Dispatch } from '../../views/screen.ts';
import type { Browsing } from './browsing.ts';

/** Keeps one of the lists up to date until `signal` is aborted; who cannot answer is asked again. */
export function followSheet(
  { source, namespace }: Pick<Browsing, 'source' | 'namespace'>,
  view: SheetView,
  dispatch: Dispatch<BrowseEvent>,
  signal: AbortSignal,
): void {
  const warn = (text: string): void => dispatch({ type: 'sheet-warning', view, text });
  const follow = async <Report extends ReportHead>(
    question: Question<Report>,
    sheetOf: (report: Report) => Sheet,
  ): Promise<void> => {
    const pauses = createPauses(signal);
    const hear = (report: Report): void => dispatch({ type: 'sheet', view, sheet: sheetOf(report) });
    const hearOn = (report: Report): void => {
      pauses.reset();
      hear(report);
    };
    while (!signal.aborted) {
      try {
        // Whoever cannot answer says so to whoever asks once.
        hear(await source.ask(question));
        return await source.follow(question, hearOn, warn, signal);
      } catch (error) {
        if (!(error instanceof CommandFailure)) throw error;
        warn(error.message);
        await pauses.next();
      }
    }
  };
  switch (view) {
    case 'objects':
      return void follow(statusQuestion(namespace), ({ items }) => objectsSheet(items));
    case 'certs': {
      const query = { host: null, name: null, namespace, certificates: true, services: false };
      return void follow(treeQuestion(query), ({ items }) => certsSheet(items));
    }
    case 'sync':
      return void follow(streamsQuestion, (list) => syncSheet(syncReport(list).items));
  }
}
