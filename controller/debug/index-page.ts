import { headOf, type Page, refusal } from './answer.ts';

/** `/debug/`: what there is to ask. */
export function indexPage(pages: readonly Page[]): Page {
  return {
    path: '/debug',
    help: 'this list',
    answer({ rest }) {
      if (rest !== '') return refusal(404, 'there is no such page; /debug/ lists them');
      const items = pages.map(({ path, help }) => ({ path, help }));
      return { type: 'document', status: 200, body: { ...headOf('PageList'), items } };
    },
  };
}
