import { describe, expect, test } from 'vitest';
import { decodeOne } from './decode-one.ts';
import { manifests } from './manifests.ts';

describe('TLSCertificateDelegation', () => {
  test('keeps its spec', () => {
    const delegation = manifests.TLSCertificateDelegation;
    expect(decodeOne('TLSCertificateDelegation', delegation).spec).toEqual(delegation.spec);
  });

  test('lends to nobody who cannot be read', () => {
    const spec = { delegations: [{ secretName: 'a', targetNamespaces: ['b', 5] }, { secretName: 'c' }] };
    const { spec: kept, problems } = decodeOne('TLSCertificateDelegation', {
      ...manifests.TLSCertificateDelegation,
      spec,
    });
    expect(kept).toEqual({ delegations: [{ secretName: 'a', targetNamespaces: ['b'] }, { secretName: 'c' }] });
    expect(problems.map(({ pointer }) => pointer)).toEqual([
      '/spec/delegations/0/targetNamespaces/1',
      '/spec/delegations/1/targetNamespaces',
    ]);
  });
});

describe('Service', () => {
  test('keeps its ports', () => {
    expect(decodeOne('Service', manifests.Service).spec).toEqual({
      type: 'ClusterIP',
      externalName: null,
      ports: [
        { name: 'http', port: 80, protocol: 'TCP', appProtocol: 'kubernetes.io/h2c' },
        { name: '', port: 53, protocol: 'UDP', appProtocol: null },
      ],
    });
  });

  test('may have no ports', () => {
    const spec = { type: 'ExternalName', externalName: 'example.com', ports: null };
    expect(decodeOne('Service', { ...manifests.Service, spec })).toMatchObject({
      spec: { type: 'ExternalName', externalName: 'example.com', ports: [] },
      problems: [],
    });
  });

  test('leaves out ports that cannot be read', () => {
    const ports = [{ port: '80' }, { port: 81, protocol: 'tcp' }, 'x', { name: 'y' }, { port: 82 }];
    const { spec, problems } = decodeOne('Service', { ...manifests.Service, spec: { ports } });
    expect(spec.ports).toMatchObject([{ port: 82 }]);
    expect(problems.map(({ pointer, reason }) => `${pointer} ${reason}`)).toEqual([
      '/spec/ports/0/port WrongType',
      '/spec/ports/1/protocol InvalidValue',
      '/spec/ports/2 WrongType',
      '/spec/ports/3/port MissingField',
    ]);
  });
});

describe('EndpointSlice', () => {
  const slice = manifests.EndpointSlice;

  test('keeps its endpoints; absent readiness is ready', () => {
    expect(decodeOne('EndpointSlice', slice)).toMatchObject({
      service: 'shop',
      addressType: 'IPv4',
      ports: [
        { name: 'http', port: 8080, protocol: 'TCP' },
        { name: '', port: null, protocol: 'TCP' },
      ],
      endpoints: [
        { addresses: ['10.1.0.1'], ready: true },
        { addresses: ['10.1.0.2'], ready: false },
        { addresses: ['10.1.0.3'], ready: true },
        { addresses: ['10.1.0.4'], ready: true },
      ],
    });
  });

  test('may be empty, as the API server writes it', () => {
    expect(
      decodeOne('EndpointSlice', { ...slice, endpoints: null, ports: null, metadata: { name: 'a' } }),
    ).toMatchObject({
      service: '',
      ports: [],
      endpoints: [],
      problems: [],
    });
  });

  test('sends nothing to endpoints that cannot be read', () => {
    const endpoints = [
      { addresses: ['10.0.0.1'], conditions: { ready: 'no' } },
      { addresses: 'b' },
      { addresses: ['10.0.0.3'] },
    ];
    expect(decodeOne('EndpointSlice', { ...slice, endpoints }).endpoints).toEqual([
      { addresses: ['10.0.0.3'], ready: true },
    ]);
  });

  test('sends nothing to what is no address, which Envoy would refuse with all its neighbours', () => {
    const endpoints = [{ addresses: ['localhost'] }, { addresses: ['10.0.0.3'] }, { addresses: ['10.0.0.256'] }];
    const found = decodeOne('EndpointSlice', { ...slice, endpoints });
    expect(found.endpoints).toEqual([{ addresses: ['10.0.0.3'], ready: true }]);
    expect(found.problems.map(({ pointer }) => pointer)).toEqual([
      '/endpoints/0/addresses/0',
      '/endpoints/2/addresses/0',
    ]);
  });

  test('has no endpoints where their addresses are of no known type', () => {
    const { endpoints, problems } = decodeOne('EndpointSlice', { ...slice, addressType: 'IPv5' });
    expect(endpoints).toEqual([]);
    expect(problems).toMatchObject([{ pointer: '/addressType', reason: 'InvalidValue' }]);
  });
});
