import type { Compiler, UnitReport } from '../../routing/compile.ts';
import { headOf, refusal, type Page } from './answer.ts';

type Units = Pick<Compiler, 'unitKeys' | 'unit'>;

const kinds: readonly UnitReport['kind'][] = ['host', 'secret', 'endpoints'];

function isKind(text: string): text is UnitReport['kind'] {
  return (kinds as readonly string[]).includes(text);
}

function* list(units: Units): Generator<object> {
  for (const kind of kinds) for (const key of units.unitKeys(kind)) yield { kind, key };
}

/** `/debug/units` lists what is computed on its own; `/debug/units/KIND/KEY` says what one of them read. */
export function unitsPage(units: Units): Page {
  return {
    path: '/debug/units',
    help: 'what is computed on its own; /debug/units/host/NAME says what that host read',
    answer({ rest }) {
      if (rest === '') return { type: 'report', head: headOf('UnitList'), items: list(units) };
      const [kind = '', ...key] = rest.split('/');
      const unit = isKind(kind) ? units.unit(kind, key.join('/')) : null;
      if (unit === null) return refusal(404, `there is no unit ${rest}`);
      return { type: 'document', status: 200, body: { ...headOf('UnitList'), items: [unit] } };
    },
  };
}
