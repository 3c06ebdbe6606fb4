import { describe, expect, test } from 'vitest';
import { decodeOne } from './decode-one.ts';
import { manifests } from './manifests.ts';

const named = (metadata: object): object => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'a', ...metadata },
});

test('is kept as it is written', () => {
  expect(decodeOne('HTTPProxy', manifests.HTTPProxy).metadata).toEqual({
    namespace: 'site',
    name: 'root',
    generation: 3,
    creationTimestamp: '2024-05-01T10:00:00Z',
    annotations: new Map([['projectcontour.io/ingress.class', 'public']]),
  });
});

test.each([{}, { namespace: '' }, { namespace: null, creationTimestamp: null, generation: null, annotations: null }])(
  'has defaults for %j',
  (metadata) => {
    const service = decodeOne('Service', named(metadata));
    expect(service.problems).toEqual([]);
    expect(service.metadata).toEqual({
      namespace: 'default',
      name: 'a',
      generation: 0,
      creationTimestamp: null,
      annotations: new Map(),
    });
  },
);

test('of a Namespace names no namespace', () => {
  const raw = { ...manifests.Namespace, metadata: { name: 'site', namespace: 'ignored' } };
  expect(decodeOne('Namespace', raw)).toMatchObject({ kind: 'Namespace', metadata: { namespace: '', name: 'site' } });
});

describe('annotations', () => {
  test('are kept where they mean something', () => {
    const kept = [
      'projectcontour.io/max-connections',
      'kubectl-contour.io/x',
      'kubernetes.io/ingress.class',
      'ingress.kubernetes.io/force-ssl-redirect',
      'contour.heptio.com/num-retries',
    ];
    const dropped = ['kubectl.kubernetes.io/last-applied-configuration', 'kubernetes.io/x', 'projectcontour.iox/y', ''];
    const annotations = Object.fromEntries([...kept, ...dropped].map((key) => [key, 'value']));
    expect([...decodeOne('Service', named({ annotations })).metadata.annotations.keys()]).toEqual(kept);
  });

  test('that are no text are told', () => {
    const annotations = { 'projectcontour.io/max-connections': 5 };
    expect(decodeOne('Service', named({ annotations })).problems).toEqual([
      {
        pointer: '/metadata/annotations/projectcontour.io~1max-connections',
        reason: 'WrongType',
        message: 'projectcontour.io/max-connections must be text, got the number 5: put it in quotes',
        severity: 'error',
      },
    ]);
  });
});

test('a misspelt field is told', () => {
  expect(decodeOne('Service', named({ namspace: 'x' })).problems).toMatchObject([
    { pointer: '/metadata/namspace', message: 'metadata has no field "namspace"; did you mean namespace?' },
  ]);
});
