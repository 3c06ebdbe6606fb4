import { serviceLabel } from '../../services/canary/proxy.ts';
import { headerText } from '../../services/delegate/conditions.ts';
import type { PathWish } from '../../services/delegate/plan-path.ts';
import type { RevokeWish } from '../../services/delegate/plan-revoke.ts';
import { targetText } from '../../services/delegate/target.ts';
import { shellWord } from '../change/place-words.ts';

/** The words that ask for the same again, as a shell takes them. */
export function pathWords({ child, create, service, ...wish }: PathWish): string {
  const to = child.namespace === null ? child.name : `${child.namespace}/${child.name}`;
  const made = create ? ` --create${service === null ? '' : ` --service ${serviceLabel(service)}`}` : '';
  return `delegate ${targetText(wish.target)} --to ${to}${made}${narrowing(wish)}`;
}

export function revokeWords(wish: RevokeWish): string {
  return `delegate revoke ${targetText(wish.target)}${narrowing(wish)}`;
}

function narrowing({ headers, root }: Pick<RevokeWish, 'headers' | 'root'>): string {
  const conditions = headers.map((header) => ` -H ${shellWord(headerText(header))}`).join('');
  const anyCase = headers.some(({ ignoreCase }) => ignoreCase === true) ? ' --ignore-case' : '';
  return conditions + anyCase + (root === null ? '' : ` --root ${root.namespace ?? ''}/${root.name}`);
}
