import { isList, isObject, valueAt, type Json, type JsonObject } from '../../../files/edit/json-patch.ts';

/** Somebody who writes the object again and again, and would undo what others write. */
export interface Owner {
  /** As the object names it. */
  readonly name: string;
  /** As people know it. */
  readonly product: string;
}

/** Field managers, https://kubernetes.io/docs/reference/using-api/server-side-apply/#managers */
const managers: readonly (readonly [start: string, product: string])[] = [
  ['argocd', 'Argo CD'],
  ['kustomize-controller', 'Flux'],
  ['helm-controller', 'Flux'],
  ['helm', 'Helm'],
  ['flagger', 'Flagger'],
  ['rollouts', 'Argo Rollouts'],
  ['argo-rollouts', 'Argo Rollouts'],
];

/** Labels and annotations by which tools find again what is theirs. */
const marks: readonly (readonly [key: string, product: string])[] = [
  ['argocd.argoproj.io/instance', 'Argo CD'],
  ['argocd.argoproj.io/tracking-id', 'Argo CD'],
  ['kustomize.toolkit.fluxcd.io/name', 'Flux'],
  ['helm.toolkit.fluxcd.io/name', 'Flux'],
  ['meta.helm.sh/release-name', 'Helm'],
];

/** @param field of spec that is about to be written: `routes`, `includes` */
export function ownerOf(proxy: JsonObject, field: string): Owner | null {
  return controllerOf(proxy) ?? managerOf(proxy, field) ?? markOf(proxy);
}

function controllerOf(proxy: JsonObject): Owner | null {
  for (const reference of listAt(proxy, '/metadata/ownerReferences')) {
    if (!isObject(reference)) continue;
    const label = `${textIn(reference, 'kind')}/${textIn(reference, 'name')}`;
    const [group] = textIn(reference, 'apiVersion').split('/');
    if (group === 'flagger.app') return { name: label, product: 'Flagger' };
    if (group === 'argoproj.io') return { name: label, product: 'Argo Rollouts' };
    if (reference['controller'] === true) return { name: label, product: 'its controller' };
  }
  return null;
}

function textIn(reference: JsonObject, key: string): string {
  const text = reference[key];
  return typeof text === 'string' ? text : '';
}

function managerOf(proxy: JsonObject, field: string): Owner | null {
  for (const entry of listAt(proxy, '/metadata/managedFields')) {
    const name = valueAt(entry, '/manager');
    if (typeof name !== 'string' || valueAt(entry, `/fieldsV1/f:spec/f:${field}`) === undefined) continue;
    const known = managers.find(([start]) => name.startsWith(start));
    if (known !== undefined) return { name, product: known[1] };
  }
  return null;
}

function markOf(proxy: JsonObject): Owner | null {
  const known = (key: string): Json | undefined =>
    textAt(proxy, '/metadata/labels', key) ?? textAt(proxy, '/metadata/annotations', key);
  for (const [key, product] of marks) {
    const name = known(key);
    if (typeof name === 'string') return { name: `${key}: ${name}`, product };
  }
  const manager = known('app.kubernetes.io/managed-by');
  return manager === 'Helm' ? { name: 'app.kubernetes.io/managed-by: Helm', product: 'Helm' } : null;
}

/** Who wrote the field last, for people who lost a race; null where nobody says. */
export function lastWriter(proxy: JsonObject, field: string): string | null {
  const writers = listAt(proxy, '/metadata/managedFields')
    .filter((entry) => valueAt(entry, `/fieldsV1/f:spec/f:${field}`) !== undefined)
    .toSorted((left, right) => (timeOf(left) < timeOf(right) ? -1 : 1));
  const name = valueAt(writers.at(-1) ?? null, '/manager');
  return typeof name === 'string' ? name : null;
}

function timeOf(entry: Json): string {
  const time = valueAt(entry, '/time');
  return typeof time === 'string' ? time : '';
}

function listAt(proxy: JsonObject, pointer: string): readonly Json[] {
  const list = valueAt(proxy, pointer);
  return isList(list) ? list : [];
}

function textAt(proxy: JsonObject, pointer: string, key: string): string | undefined {
  const map = valueAt(proxy, pointer);
  const text = isObject(map) ? map[key] : undefined;
  return typeof text === 'string' ? text : undefined;
}
