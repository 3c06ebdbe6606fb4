import { expect, it } from 'vitest';
import { auditedCalls, grantedRights } from './audit.ts';
import type { Manifest, Rule } from './manifests.ts';

const secrets: Rule = { apiGroups: [''], resources: ['secrets'], verbs: ['get'] };
const binding: Manifest = {
  kind: 'ClusterRoleBinding',
  metadata: { name: 'contour' },
  roleRef: { kind: 'ClusterRole', name: 'contour' },
};
const granting = (...rules: readonly Rule[]) =>
  grantedRights([{ kind: 'ClusterRole', metadata: { name: 'contour' }, rules }, binding]);

const call = (
  objectRef: object,
  annotation = 'RBAC: allowed by ClusterRoleBinding "contour" of ClusterRole "contour"',
) =>
  JSON.stringify({
    verb: 'get',
    requestURI: '/path',
    user: { username: 'system:serviceaccount:projectcontour:contour' },
    objectRef,
    annotations: { 'authorization.k8s.io/reason': annotation },
  });
const asked = call({ resource: 'secrets', name: 'a' });

it('what is asked for and granted is the same', () => {
  const granted = granting(secrets);
  expect(auditedCalls([asked, '{"cut'], granted)).toEqual({ used: granted, others: new Set() });
});

it.each<readonly [string, Rule]>([
  ['verb', { ...secrets, verbs: ['get', 'list'] }],
  ['resource', { ...secrets, resources: ['secrets', 'configmaps'] }],
  ['group', { ...secrets, apiGroups: ['', 'extensions'] }],
  ['name', { ...secrets, resourceNames: ['a', 'b'] }],
])('a %s that is granted and not asked for is told', (_, rule) => {
  const granted = granting(rule);
  expect(auditedCalls([asked], granted).used).not.toEqual(granted);
});

it('paths that are of no object are rights too', () => {
  const granted = granting(secrets, { apiGroups: [], resources: [], nonResourceURLs: ['/metrics'], verbs: ['get'] });
  expect(auditedCalls([asked], granted).used).not.toEqual(granted);
});

it('what is refused, or allowed by somebody else, is told', () => {
  const group = call({ apiGroup: 'metrics.k8s.io', resource: 'secrets', name: 'a' });
  const refused = call({ resource: 'secrets', name: 'a' }, '');
  const { others } = auditedCalls([group, refused], granting(secrets));
  expect(others.size).toBe(2);
});
