import { expect, it } from 'vitest';
import { compareText } from '../../routing/graph/compare-text.ts';
import { deployFile } from '../../scripts/deploy-file.ts';
import { objectsIn, rulesOf, shownName, textOf } from './manifests.ts';

const objects = objectsIn(textOf('deploy/contour.yaml'));
const { version } = JSON.parse(textOf('package.json')) as { readonly version: string };

it('contour.yaml is what `npm run render-deploy` writes', () => {
  expect(textOf('deploy/contour.yaml')).toBe(deployFile());
});

it('every object is under a comment that says what it is for', () => {
  const [, ...documents] = textOf('deploy/contour.yaml').split('---\n');
  expect(documents.map((text) => text.split('\n')[0])).toEqual(
    objects.map(() => expect.stringMatching(/^# \S/) as unknown),
  );
});

it('images and the Job, which no upgrade can change, carry the version of the package', () => {
  const base = textOf('deploy/contour.yaml');
  const ours = [...base.matchAll(/image: ghcr\.io\/kubectl-contour\/contour:(\S+)/g)].map(([, tag]) => tag);
  expect(new Set(ours)).toEqual(new Set([`v${version}`]));
  const suffix = `v${version.replaceAll('.', '-')}`;
  expect(objects.map(shownName)).toContain(`Job contour-certgen-${suffix}`);
  expect(textOf('deploy/components/host-port/kustomization.yaml')).toContain(
    `value: contour-certgen-host-port-${suffix}\n`,
  );
});

it('everything but the definitions is selected by one label, so that they can be left behind', () => {
  const unlabelled = objects.filter(
    ({ metadata }) => metadata.labels?.['app.kubernetes.io/part-of'] !== 'kubectl-contour',
  );
  expect(new Set(unlabelled.map(({ kind }) => kind))).toEqual(new Set(['CustomResourceDefinition']));
});

it('the namespaced overlay grants in a namespace what the base grants in all', () => {
  const namespaced = objectsIn(textOf('deploy/overlays/namespaced/rights/rights.yaml'));
  expect(rulesOf(namespaced, 'Role contour')).toEqual(rulesOf(objects, 'ClusterRole contour'));
});

it('no right is a wildcard, and none lets anybody delete for us', () => {
  const ours = ['contour', 'contour-leader-election', 'contour-certgen'];
  const rules = objects.flatMap(({ rules: all = [], metadata }) => (ours.includes(metadata.name) ? all : []));
  const words = rules.flatMap(({ apiGroups, resources, verbs }) => [...apiGroups, ...resources, ...verbs]);
  expect(rules.length).toBeGreaterThan(0);
  expect(words).not.toContain('*');
  expect(words).not.toContain('delete');
});

it('the page of rights lists the objects that are installed, and no others', () => {
  const page = textOf('docs/reference/rights.md');
  const listed = [...page.matchAll(/^\| ([A-Z][A-Za-z]+) `([^`]+)` +\|/gm)].map(([, kind, name]) => `${kind} ${name}`);
  expect(listed.toSorted(compareText)).toEqual(objects.map(shownName).toSorted(compareText));
});

it('the page of rights lists the rights of the controller and of the Job, and no others', () => {
  const page = textOf('docs/reference/rights.md');
  const rows = [...page.matchAll(/^\| (`[^|]*) \| ([a-z, ]+) \| (cluster|namespace) +\|/gm)];
  const listed = rows.flatMap(([, what = '', verbs = '', where = '']) => {
    const [resources = '', names = ''] = what.split(' named ').map(backticked);
    return rightsTo(resources.split(','), names, verbs.trim(), where);
  });
  const granted = (role: string) =>
    rulesOf(objects, role).flatMap(({ resources, resourceNames = [], verbs }) =>
      rightsTo(resources, resourceNames.join(), verbs.join(', '), role.startsWith('Role ') ? 'namespace' : 'cluster'),
    );
  const all = ['ClusterRole contour', 'Role contour-leader-election', 'Role contour-certgen'].flatMap(granted);
  expect(listed.toSorted(compareText)).toEqual(all.toSorted(compareText));
});

function rightsTo(resources: readonly string[], names: string, verbs: string, where: string): readonly string[] {
  return resources.map((resource) => [resource, names, verbs, where].join(' | '));
}

function backticked(text: string): string {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, name]) => name).join();
}
