import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decode, type Decoded } from '../../../routing/objects/decode.ts';
import { equal } from '../../../routing/store/equal.ts';
import { mutated } from './crd-arbitrary.ts';
import { decodeOne } from './decode-one.ts';
import { manifests } from './manifests.ts';

const everything = Object.values(manifests);

test.each(everything)('a valid $kind has no problems', (manifest) => {
  expect(decodeOne(manifest.kind, manifest).problems).toEqual([]);
});

test.each(everything)('a decoded $kind is frozen all the way down', (manifest) => {
  expect(thawed(decode(manifest))).toEqual([]);
});

test.each(everything)('a decoded $kind holds nothing of the manifest it came from', (manifest) => {
  const raw = structuredClone(manifest) as unknown;
  const object = decodeOne(manifest.kind, raw);
  scramble(raw);
  expect(equal(object, decodeOne(manifest.kind, manifest))).toBe(true);
});

/** Paths of what is not frozen inside a decoded value. */
function thawed(value: unknown, path = ''): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  const children = value instanceof Map ? [...value] : Object.entries(value);
  // What `decode` itself returns is only the envelope.
  const own = path === '' || Object.isFrozen(value) ? [] : [path];
  return [...own, ...children.flatMap(([key, child]) => thawed(child, `${path}/${String(key)}`))];
}

function scramble(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, child] of Object.entries(value)) {
    scramble(child);
    if (Array.isArray(value)) value.pop();
    else Reflect.deleteProperty(value, key);
  }
}

describe('never throws', () => {
  const kinds = ['object', 'unserved', 'unknown', 'invalid'];

  test('whatever it is given', () => {
    const strange = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withNullPrototype: true,
    });
    fc.assert(
      fc.property(strange, (raw) => {
        expect(kinds).toContain(decode(raw).type);
      }),
    );
  });

  test.each(everything)('on a $kind gone wrong, and every problem is a sentence with a pointer', (manifest) => {
    fc.assert(
      fc.property(mutated(manifest).chain(mutated), (raw) => {
        for (const { pointer, message } of problemsOf(decode(raw))) {
          expect(pointer).toMatch(/^(\/([^~/]|~[01])*)*$/);
          expect(message).not.toBe('');
        }
      }),
      { numRuns: 200 },
    );
  });

  test('on nesting deeper than a stack', () => {
    const deep = JSON.parse(`${'['.repeat(5000)}${']'.repeat(5000)}`) as unknown;
    const inside = { ...manifests.HTTPProxy, spec: { routes: deep, virtualhost: deep, unknown: deep } };
    expect(decodeOne('HTTPProxy', inside).problems.length).toBeGreaterThan(0);
  });

  test('on an object that holds itself', () => {
    const raw: Record<string, unknown> = { ...manifests.HTTPProxy };
    raw['spec'] = raw;
    expect(decodeOne('HTTPProxy', raw).problems.length).toBeGreaterThan(0);
  });
});

function problemsOf(decoded: Decoded): readonly { readonly pointer: string; readonly message: string }[] {
  if (decoded.type === 'object') return decoded.object.problems;
  return decoded.type === 'invalid' ? decoded.problems : [];
}

test('keys of the prototype pollute nothing', () => {
  const text = '{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}';
  for (const manifest of everything) {
    const raw = JSON.parse(
      JSON.stringify({ ...manifest, spec: 0, data: 1 })
        .replace('"spec":0', `"spec":${text}`)
        .replace('"data":1', `"data":${text}`),
    ) as unknown;
    decode(raw);
  }
  expect(Reflect.get({}, 'polluted')).toBeUndefined();
});

describe('what is no object', () => {
  test.each([
    [null, '', 'WrongType', 'the document must be an object, got nothing'],
    ['text', '', 'WrongType', 'the document must be an object, got text'],
    [{}, '/apiVersion', 'MissingField', 'the document needs the field apiVersion'],
    [{ apiVersion: 'v1' }, '/kind', 'MissingField', 'the document needs the field kind'],
    [
      { apiVersion: 1, kind: 'Service' },
      '/apiVersion',
      'WrongType',
      'apiVersion must be text, got a number: put it in quotes',
    ],
    [{ apiVersion: 'v1', kind: 'Service' }, '/metadata', 'MissingField', 'Service needs the field metadata'],
    [
      { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a', namespace: 12 } },
      '/metadata/namespace',
      'WrongType',
      'namespace must be text, got the number 12: put it in quotes',
    ],
    [
      { apiVersion: 'v1', kind: 'Service', metadata: { generateName: 'x-' } },
      '/metadata/name',
      'MissingField',
      'metadata needs the field name',
    ],
    [
      { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a/b' } },
      '/metadata/name',
      'InvalidValue',
      'name must be a name in lower case, digits, hyphens and dots, got the text "a/b"',
    ],
    [
      { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a', namespace: '../b' } },
      '/metadata/namespace',
      'InvalidValue',
      'namespace must be a name in lower case, digits and hyphens, got the text "../b"',
    ],
  ])('%j', (raw, pointer, reason, message) => {
    const decoded = decode(raw);
    expect(decoded.type).toBe('invalid');
    expect(problemsOf(decoded)[0]).toEqual({ pointer, reason, message, severity: 'error' });
  });
});

describe('kinds that are known and not served', () => {
  test.each([
    ['contour.heptio.com/v1beta1', 'IngressRoute', 'HTTPProxy of projectcontour.io/v1'],
    ['contour.heptio.com/v1beta1', 'TLSCertificateDelegation', 'projectcontour.io/v1'],
    ['extensions/v1beta1', 'Ingress', 'networking.k8s.io/v1'],
    ['networking.k8s.io/v1beta1', 'Ingress', 'pathType'],
    ['projectcontour.io/v1alpha1', 'HTTPProxy', 'projectcontour.io/v1'],
    ['projectcontour.io/v2', 'TLSCertificateDelegation', 'projectcontour.io/v1'],
    ['projectcontour.io/v1alpha1', 'ExtensionService', 'closed'],
    ['projectcontour.io/v1alpha1', 'ContourConfiguration', 'options'],
    ['gateway.networking.k8s.io/v1', 'HTTPRoute', 'HTTPProxy'],
    ['gateway.networking.k8s.io/v1beta1', 'Gateway', 'HTTPProxy'],
    ['discovery.k8s.io/v1beta1', 'EndpointSlice', 'discovery.k8s.io/v1'],
    ['v1', 'Endpoints', 'EndpointSlice'],
  ])('%s %s names %s', (apiVersion, kind, advice) => {
    const decoded = decode({ apiVersion, kind, metadata: { name: 'a', namespace: 'b' } });
    expect(decoded).toMatchObject({ type: 'unserved', apiVersion, kind, namespace: 'b', name: 'a' });
    expect('message' in decoded ? decoded.message : '').toContain(`${kind} of ${apiVersion} is not served yet; `);
    expect('message' in decoded ? decoded.message : '').toContain(advice);
  });

  test('need no metadata', () => {
    const raw = { apiVersion: 'contour.heptio.com/v1beta1', kind: 'IngressRoute', metadata: 5 };
    expect(decode(raw)).toMatchObject({ type: 'unserved', namespace: '', name: '' });
  });
});

describe('kinds that are not read', () => {
  test.each([
    ['apps/v1', 'Deployment'],
    ['v1', 'ConfigMap'],
    ['v1', 'ServiceAccount'],
    ['v1', 'Pod'],
    ['apiextensions.k8s.io/v1', 'CustomResourceDefinition'],
    ['networking.k8s.io/v1', 'NetworkPolicy'],
    ['rbac.authorization.k8s.io/v1', 'Role'],
    ['extensions/v1beta1', 'Deployment'],
    ['cert-manager.io/v1', 'Certificate'],
  ])('%s %s is none of our business', (apiVersion, kind) => {
    const message = `${kind} of ${apiVersion} is not read`;
    expect(decode({ apiVersion, kind })).toEqual({ type: 'unknown', apiVersion, kind, related: false, message });
  });

  test.each([
    ['projectcontour.io/v1', 'HttpProxy', 'HTTPProxy of projectcontour.io/v1'],
    ['projectcontour.io/v1', 'HTTPPoxy', 'HTTPProxy of projectcontour.io/v1'],
    ['projectcontuor.io/v1', 'HTTPProxy', 'HTTPProxy of projectcontour.io/v1'],
    ['v1', 'Sevice', 'Service of v1'],
    ['v1', 'Ingress', 'Ingress of networking.k8s.io/v1'],
    ['apps/v1', 'Service', 'Service of v1'],
    ['networking.k8s.io/v1', 'Ingres', 'Ingress of networking.k8s.io/v1'],
  ])('%s %s was meant as %s', (apiVersion, kind, meant) => {
    const message = `${kind} of ${apiVersion} is not read; did you mean ${meant}?`;
    expect(decode({ apiVersion, kind })).toEqual({ type: 'unknown', apiVersion, kind, related: true, message });
  });

  test.each([
    ['projectcontour.io/v1', 'Widget'],
    ['networking.k8s.io/v1', 'Widget'],
    ['example.com/v1', 'Widget'],
    ['v1', 'toString'],
  ])('%s %s is told', (apiVersion, kind) => {
    expect(decode({ apiVersion, kind })).toMatchObject({ type: 'unknown', related: true });
  });

  test('are quoted and cut where they are no names', () => {
    const decoded = decode({ apiVersion: 'v1', kind: `\u001b[31m${'x'.repeat(9999)}` });
    expect(decoded).toMatchObject({ message: `"\\u001b[31m${'x'.repeat(35)}…" of v1 is not read` });
  });
});
