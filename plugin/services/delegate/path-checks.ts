import { isObject, valueAt, type JsonObject } from '../../../files/edit/json-patch.ts';
import { readConditions } from '../../../routing/graph/conditions.ts';
import { narrow, scopeMatch, wholeHost } from '../../../routing/graph/scope.ts';
import { defaultSettings } from '../../../routing/graph/settings.ts';
import type { RouteMatch } from '../../../routing/graph/graph.ts';
import { matchItem } from '../../../routing/report-items.ts';
import type { RouteItem, SourceItem } from '../../../routing/route-item.ts';
import { decode } from '../../../routing/objects/decode.ts';
import { probeOf, type RouteDifference } from './compare-routes.ts';
import type { Includer } from './includer.ts';
import { newErrors, type Picture } from './picture.ts';
import type { Check } from './plan.ts';
import type { PathPlan, PathWish, ReadChild } from './plan-path.ts';
import { sourceWords } from './source-words.ts';
import { targetText } from './target.ts';
import type { TrialWorld } from './world.ts';

export interface PathSubject {
  readonly wish: PathWish;
  readonly includer: Includer;
  readonly child: PathPlan['child'];
  readonly found: ReadChild;
  readonly conditions: readonly JsonObject[];
  readonly pointer: string;
  readonly before: Picture;
  readonly after: Picture;
  readonly differences: readonly RouteDifference[];
}

/** Everything that speaks for or against a delegation, the worst of it as the controller would name it. */
export function checkPath(subject: PathSubject, world: TrialWorld): readonly Check[] {
  return [
    childCheck(subject),
    ...watchChecks(subject, world),
    treeCheck(subject),
    ...takenCheck(subject),
    ...answeredCheck(subject),
    ...belowCheck(subject),
    hiddenCheck(subject),
    ...filesCheck(world),
  ];
}

function filesCheck({ faults }: TrialWorld): readonly Check[] {
  const [first, ...others] = faults;
  if (first === undefined) return [];
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  return [{ id: 'files', result: 'warn', message: `not all of the files is known here: ${first}${more}` }];
}

function childCheck({ wish, child, found }: PathSubject): Check {
  const label = `${child.namespace}/${child.name}`;
  const check = (result: Check['result'], message: string): Check => ({ id: 'child', result, message });
  if (found === 'hidden')
    return check('warn', `${label} may not be read by you, so it is not known whether it can be included`);
  if (found === 'missing')
    return wish.create
      ? check('ok', `${label} is created${wish.service === null ? ', and answers 503 until it has routes' : ''}`)
      : check('fail', `HTTPProxy ${label} not found (IncludeNotFound): --create makes a skeleton of it`);
  if (isObject(valueAt(found, '/spec/virtualhost')))
    return check('fail', `${label} has a virtualhost of its own, and a root cannot be included (RootIncludesRoot)`);
  return check('ok', `${label} exists and has no virtualhost`);
}

function watchChecks(
  { child, includer }: PathSubject,
  { watchNamespaces, rootNamespaces }: TrialWorld,
): readonly Check[] {
  const check = (result: Check['result'], message: string): readonly Check[] => [{ id: 'namespaces', result, message }];
  if (rootNamespaces.length > 0 && includer.above === null && !rootNamespaces.includes(includer.namespace))
    return check(
      'fail',
      `roots may only live in ${rootNamespaces.join(', ')}, and ${includer.namespace}/${includer.name} does not (RootProxyNotAllowedInNamespace)`,
    );
  if (watchNamespaces === null) return [];
  if (watchNamespaces.length === 0 || watchNamespaces.includes(child.namespace))
    return check('ok', `the controller looks at namespace ${child.namespace}`);
  return check(
    'fail',
    `the controller looks at ${watchNamespaces.join(', ')} only, and not at namespace ${child.namespace}`,
  );
}

/** What the includes of the host come to, by the compiler that the controller runs. */
function treeCheck({ before, after, includer, found, wish }: PathSubject): Check {
  const known = found === 'missing' && !wish.create ? ['IncludeNotFound'] : [];
  const errors = newErrors(before, after, [includer.host]).filter(
    ({ severity, type, reason }) => severity === 'error' && type === 'IncludeError' && !known.includes(reason),
  );
  const messages = errors
    .filter(({ reason }) => reason !== 'RootIncludesRoot')
    .map(({ reason, message }) => `${message} (${reason})`);
  if (messages.length > 0) return { id: 'tree', result: 'fail', message: messages.join('; ') };
  const others = newErrors(before, after, [includer.host]).filter(
    ({ severity, type }) => severity === 'error' && type !== 'IncludeError',
  );
  if (others.length === 0) return { id: 'tree', result: 'ok', message: 'no cycle, and nothing of it is invalid' };
  const [first] = others;
  const more = others.length === 1 ? '' : `, and ${others.length - 1} more`;
  const where = first === undefined ? '' : `${first.subject.namespace}/${first.subject.name} ${first.pointer}: `;
  return { id: 'tree', result: 'warn', message: `${where}${first?.message ?? ''} (${first?.reason ?? ''})${more}` };
}

/** Somebody answers just these requests already, and goes on to do so: the child would not get them. */
function takenCheck({ wish, before, includer, conditions, child }: PathSubject): readonly Check[] {
  const match = matchOf(includer, conditions);
  if (match === null) return [];
  const wanted = matchItem(match);
  const holders = before.rows(includer.host).filter((row) => isTaken(row, wanted) && !isOf(row.source, child));
  const names = [...new Set(holders.map(({ source }) => sourceWords(source)))];
  if (names.length === 0) return [];
  const message = `${targetText(wish.target)} is taken: it is held by ${names.join(' and ')}`;
  return [{ id: 'taken', result: 'fail', message }];
}

function isTaken({ match, order }: RouteItem, wanted: NonNullable<RouteItem['match']>): boolean {
  if (match === null || order === null || !match.path.type.endsWith('Prefix')) return false;
  const tidy = (path: string): string => path.replace(/\/$/, '');
  const rest = ({ headers, query }: NonNullable<RouteItem['match']>): string => JSON.stringify([headers, query]);
  return tidy(match.path.value) === tidy(wanted.path.value) && rest(match) === rest(wanted);
}

function isOf(source: SourceItem, { namespace, name }: PathPlan['child']): boolean {
  return source.kind === 'HTTPProxy' && source.namespace === namespace && source.name === name;
}

/** All that a request has to be for the include, as a match. */
function matchOf({ above }: Includer, conditions: readonly JsonObject[]): RouteMatch | null {
  const decoded = decode({
    apiVersion: 'projectcontour.io/v1',
    kind: 'HTTPProxy',
    metadata: { namespace: 'any', name: 'any' },
    spec: { includes: [{ name: 'any', conditions }] },
  });
  const written = decoded.type === 'object' && decoded.object.kind === 'HTTPProxy' ? decoded.object.spec.includes : [];
  const read = readConditions(written?.[0]?.conditions ?? [], defaultSettings.regexMaxProgramSize);
  if ('about' in read) return null;
  const scope =
    above === null
      ? wholeHost
      : { prefix: above.path.value === '/' ? '' : above.path.value, headers: above.headers, query: above.query };
  const narrowed = narrow(scope, read);
  return 'about' in narrowed ? null : scopeMatch(narrowed);
}

function answeredCheck(subject: PathSubject): readonly Check[] {
  const { wish, before, includer, conditions } = subject;
  const match = matchOf(includer, conditions);
  const probe = match === null ? null : probeOf({ match: matchItem(match) });
  const target = targetText(wish.target);
  const isDone = before.hosts.get(includer.host) === subject.after.hosts.get(includer.host);
  if (probe === null || isDone) return [];
  const who = before.answerer(includer.host, probe);
  const until = who === null ? 'nobody (404)' : sourceWords(who);
  return [
    { id: 'until-now', result: 'ok', message: `until now ${target} is answered by ${until}` },
    ...unchangedCheck(subject, who, subject.after.answerer(includer.host, probe)),
  ];
}

/** A child whose routes are all for longer paths leaves the prefix itself to others. */
function unchangedCheck(
  { wish, child, found }: PathSubject,
  before: SourceItem | null,
  after: SourceItem | null,
): readonly Check[] {
  const isKnown = found !== 'hidden' && (found !== 'missing' || wish.create);
  if (!isKnown || JSON.stringify(before) !== JSON.stringify(after)) return [];
  const still = after === null ? 'that stays a 404' : `${sourceWords(after)} goes on to answer it`;
  const message = `no route of ${child.namespace}/${child.name} is for ${targetText(wish.target)} itself: ${still}`;
  return [{ id: 'prefix-itself', result: 'warn', message }];
}

/** Longer paths stay with whoever has them. */
function belowCheck({ wish, before, includer, differences, child }: PathSubject): readonly Check[] {
  const gone = new Set(differences.map(({ match }) => JSON.stringify(match)));
  const below = before
    .rows(includer.host)
    .filter(({ match, source }) => match?.path.value.startsWith(`${wish.target.prefix}/`) && !isOf(source, child))
    .filter(({ match }) => match?.path.value !== '/' && !gone.has(JSON.stringify(match)));
  const owners = [...new Set(below.map(({ source }) => sourceWords(source)))];
  if (owners.length === 0) return [];
  const listed = owners.slice(0, 5).join(', ') + (owners.length > 5 ? ` and ${owners.length - 5} more` : '');
  return [{ id: 'below', result: 'ok', message: `longer paths below it stay with ${listed}` }];
}

function hiddenCheck({ differences }: PathSubject): Check {
  const lost = differences.filter(({ type }) => type !== 'added');
  if (lost.length === 0) return { id: 'hidden', result: 'ok', message: 'no other route is hidden' };
  const words = lost.slice(0, 5).map(({ before, after, match }) => {
    const loser = before === null ? 'a route' : sourceWords(before);
    return `${loser} (${match.path.value}) now loses to ${after === null ? 'nobody' : sourceWords(after)}`;
  });
  const more = lost.length > 5 ? `; and ${lost.length - 5} more` : '';
  return { id: 'hidden', result: 'warn', message: words.join('; ') + more };
}
