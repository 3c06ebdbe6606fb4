import { expect, it } from 'vitest';
import { compareText } from '../../routing/graph/compare-text.ts';
import { deployFile } from '../../scripts/deploy-file.ts';
import { statisticsPort } from '../../xds/envoy/bootstrap/operator-listeners.ts';
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

it('every selector of Pods finds some', () => {
  const templates = objects.flatMap(({ spec }) => {
    const { template } = (spec ?? {}) as { readonly template?: { readonly metadata: { readonly labels: Labels } } };
    return template === undefined ? [] : [template.metadata.labels];
  });
  const found = ({ labels }: { readonly labels: Labels }) =>
    templates.some((template) => Object.entries(labels).every(([key, value]) => template[key] === value));
  const selectors = objects.flatMap((object) => selectorsIn(object.spec).map((labels) => ({ object, labels })));
  expect(selectors.length).toBeGreaterThan(8);
  expect(selectors.filter((selector) => !found(selector))).toEqual([]);
});

it('policies let nobody reach the debug endpoint, and only Envoys and controllers ask for configuration', () => {
  const open = objects.flatMap(({ kind, metadata: { name }, spec }) => {
    const { ingress = [] } = (spec ?? {}) as PolicySpec;
    if (kind !== 'NetworkPolicy') return [];
    return ingress.flatMap(({ from, ports }) => ports.map(({ port }) => [name, port, from?.length ?? 'anybody']));
  });
  expect(open).toEqual([
    ['contour', 8001, 2],
    ['contour', 8000, 'anybody'],
    ['envoy', 8080, 'anybody'],
    ['envoy', 8443, 'anybody'],
    ['envoy', 8002, 'anybody'],
  ]);
});

it('a policy lets controllers reach the Envoys whose statistics they ask, and each other', () => {
  const policy = objects.find((object) => shownName(object) === 'NetworkPolicy contour');
  const { egress = [] } = (policy?.spec ?? {}) as PolicySpec;
  const reached = egress.flatMap(({ to = [], ports }) =>
    to.flatMap(({ podSelector }) => ports.map(({ port }) => [podSelector.matchLabels[component], port])),
  );
  expect(reached).toEqual([
    ['controller', 8001],
    ['proxy', statisticsPort],
  ]);
});

const component = 'app.kubernetes.io/component';

type Labels = Readonly<Record<string, string>>;

interface PolicySpec {
  readonly egress?: readonly {
    readonly to?: readonly { readonly podSelector: { readonly matchLabels: Labels } }[];
    readonly ports: readonly { readonly port: number }[];
  }[];
  readonly ingress?: readonly {
    readonly from?: readonly object[];
    readonly ports: readonly { readonly port: number }[];
  }[];
}

/** Of Services as they are, of other kinds by their matchLabels. */
function selectorsIn(value: unknown): readonly Labels[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) => {
    if (key === 'matchLabels') return [inner as Labels];
    const isOfService = key === 'selector' && !Object.hasOwn(inner as object, 'matchLabels');
    return isOfService ? [inner as Labels] : selectorsIn(inner);
  });
}

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

it('the page of rights lists the rights of the roles for teams, and no others', () => {
  const page = textOf('docs/reference/rights.md');
  const rows = [...page.matchAll(/^\| `(contour-[a-z-]+)` +\| (`[^|]*?) +\| ([a-z, ]+?) +\| \S/gm)];
  const listed = rows.flatMap(([, role = '', what = '', verbs = '']) => {
    const [resources = '', group = ''] = what.split(' of ').map(backticked);
    return resources.split(',').map((resource) => [role, group, resource, verbs].join(' | '));
  });
  const forTeams = objects.filter(({ metadata }) => metadata.labels?.[component] === 'roles');
  const granted = forTeams.flatMap(({ metadata: { name }, rules = [] }) =>
    rules.flatMap(({ apiGroups, resources, verbs }) =>
      apiGroups.flatMap((group) => resources.map((resource) => [name, group, resource, verbs.join(', ')].join(' | '))),
    ),
  );
  expect(granted.length).toBeGreaterThan(0);
  expect(listed.toSorted(compareText)).toEqual(granted.toSorted(compareText));
});

function rightsTo(resources: readonly string[], names: string, verbs: string, where: string): readonly string[] {
  return resources.map((resource) => [resource, names, verbs, where].join(' | '));
}

function backticked(text: string): string {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, name]) => name).join();
}
