import type { JsonObject } from '../../../files/edit/json-patch.ts';
import { CommandFailure } from '../../failure.ts';
import type { ScreenFlags } from '../../command-line/screen-flags.ts';
import type { Io } from '../../io.ts';
import { canaryItem } from '../../services/canary/overview.ts';
import { isShared } from '../../services/canary/proxy-name.ts';
import { percentText } from '../../services/canary/weights.ts';
import { firstPick, pickScreen } from '../../views/pick/pick.ts';
import { showScreen } from '../../views/show-screen.ts';
import type { Session } from './session.ts';

export type Picked =
  | { readonly type: 'picked'; readonly proxy: JsonObject }
  | { readonly type: 'left' }
  | { readonly type: 'interrupted' };

/** Lets somebody choose an HTTPProxy that shares its requests. Rejects with CommandFailure where there is none. */
export async function pickCanary(
  { store, namespace }: Session,
  { ascii }: Pick<ScreenFlags, 'ascii'>,
  io: Io,
): Promise<Picked> {
  const proxies = (await store.list(namespace)).filter(isShared);
  const [only, second] = proxies;
  if (only === undefined) {
    const where = namespace === null ? 'here' : `in namespace ${namespace}`;
    throw new CommandFailure(`no HTTPProxy ${where} shares its requests between services`, [
      `Start a canary: ${io.program} canary start NAME --to SERVICE`,
    ]);
  }
  if (second === undefined) return { type: 'picked', proxy: only };
  const initial = firstPick('canary: which one?', ['NAME', 'HOST', 'ROUTE', 'SHARES'], proxies.map(rowOf), ascii);
  const backstage = { start: () => {}, perform: () => {} };
  const end = await showScreen({ screen: pickScreen, initial, backstage, whole: true, ascii }, io);
  if (end.type === 'interrupted') return end;
  return end.end.type === 'picked' ? { type: 'picked', proxy: proxies[end.end.index] ?? only } : end.end;
}

function rowOf(proxy: JsonObject): readonly string[] {
  const { object, host, routes } = canaryItem(proxy);
  const shares =
    routes[0]?.services.map(({ service, percent }) => `${service} ${percentText(percent)}`).join('  ') ?? '';
  return [object.name, host ?? '-', routes[0]?.match ?? '-', shares];
}
