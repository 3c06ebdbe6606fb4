import { expect, test } from 'vitest';
import { parseServe, serveFlags } from '../../controller/config.ts';
import { parseBackend, resolveBackend } from '../../controller/dev/backends.ts';
import { describeFlags } from '../../controller/flags.ts';

test("defaults are Contour's", () => {
  expect(parseServe(['--manifests', 'web', '--insecure'], {})).toEqual({
    manifests: ['web'],
    cluster: null,
    xds: { address: '127.0.0.1', port: 8001 },
    tls: null,
    debug: { address: '127.0.0.1', port: 6060 },
    envoyHttp: { address: '0.0.0.0', port: 8080 },
    envoyHttps: { address: '0.0.0.0', port: 8443 },
    health: null,
    useProxyProtocol: false,
    rootNamespaces: [],
    ingressClassNames: [],
    log: { format: 'text', debug: false },
  });
});

test.each([
  [['--manifests=a'], null],
  [['--manifests=a', '--health-port=0'], { address: '0.0.0.0', port: 0 }],
  [['--manifests=a', '--health-address=::1', '--health-port=9'], { address: '::1', port: 9 }],
  [['--incluster'], { address: '0.0.0.0', port: 8000 }],
  [['--incluster', '--health-address=127.0.0.1'], { address: '127.0.0.1', port: 8000 }],
])('probes of %j ask at %j', (argv, health) => {
  expect(parseServe([...argv, '--insecure'], {})?.health).toEqual(health);
});

test('every flag is heard, in both spellings', () => {
  const argv = [
    '--manifests=a',
    '--manifests',
    'b',
    '--xds-address=::1',
    '--xds-port',
    '0',
    '--root-namespaces',
    'x, y',
  ];
  const files = [
    '--contour-cafile',
    'ca',
    '--contour-cert-file=crt',
    '--contour-key-file=key',
    '-d',
    '--log-format=json',
  ];
  const config = parseServe([...argv, ...files], {});
  expect(config).toMatchObject({
    manifests: ['a', 'b'],
    xds: { address: '::1', port: 0 },
    rootNamespaces: ['x', 'y'],
    tls: { ca: 'ca', certificate: 'crt', key: 'key' },
    log: { format: 'json', debug: true },
  });
  expect(Object.isFrozen(config)).toBe(true);
});

test('files of the xDS certificate may come from the environment', () => {
  const env = { CONTOUR_CAFILE: 'ca', CONTOUR_CERT_FILE: 'crt', CONTOUR_KEY_FILE: 'key' };
  expect(parseServe(['--manifests=a'], env)?.tls).toEqual({ ca: 'ca', certificate: 'crt', key: 'key' });
});

test.each([
  [['--insecure'], /--manifests/],
  [['--manifests=a'], /--contour-cafile.*--insecure/],
  [['--manifests=a', '--contour-cafile=ca'], /--contour-key-file/],
  [['--manifests=a', '--insecure', '--xds-port=70000'], /--xds-port .*70000/],
  [['--manifests=a', '--insecure', '--xds-port=80x'], /--xds-port .*80x/],
  [['--manifests=a', '--insecure', '--log-format=xml'], /--log-format .*xml/],
  [['--manifests=a', '--insecure', '--colour'], /--colour/],
  [['--manifests=a', '--insecure', 'stray'], /stray/],
  [['--kubernetes-debug=1'], /--kubernetes-debug is Contour's, and not served here yet/],
  [['--incluster', '--insecure', '--leader-election-lease-duration=soon'], /--leader-election-lease-duration .*soon/],
  [['--incluster', '--insecure', '--leader-election-retry-period=0s'], /--leader-election-retry-period .*0s/],
  [
    ['--incluster', '--insecure', '--leader-election-lease-duration=10s'],
    /longer than --leader-election-renew-deadline/,
  ],
  [['--incluster', '--insecure', '--leader-election-retry-period=9s'], /--leader-election-renew-deadline must be 1.2/],
  [['--incluster', '--insecure', '--ingress-status-address=http://x'], /--ingress-status-address .*http/],
  [['--config-path=secret'], /^--config-path is/],
  [['--manifests=a', '--insecure', '--incluster'], /--manifests .*--incluster/],
  [['--manifests=a', '--insecure', '--watch-namespaces=a'], /--manifests .*--watch-namespaces/],
  [
    ['--kubeconfig=a', '--insecure', '--watch-namespaces=a,b', '--root-namespaces=b,c'],
    /^--root-namespaces names c, which --watch-namespaces leaves out$/,
  ],
])('%j is one clear line', (argv, message) => {
  let thrown = '';
  try {
    parseServe(argv, {});
  } catch (error) {
    thrown = (error as Error).message;
  }
  expect(thrown).toMatch(message);
  expect(thrown).not.toContain('\n');
});

test.each([
  [['--incluster'], {}, { from: { type: 'incluster' }, namespaces: [] }],
  [['--incluster', '--kubeconfig=a'], {}, { from: { type: 'incluster' }, namespaces: [] }],
  [
    ['--kubeconfig=a', '--watch-namespaces=x, y,x', '--root-namespaces=y'],
    { KUBECONFIG: 'b' },
    { from: { type: 'kubeconfig', files: ['a'] }, namespaces: ['x', 'y'] },
  ],
  [[], { KUBECONFIG: 'a::b' }, { from: { type: 'kubeconfig', files: ['a', 'b'] }, namespaces: [] }],
])('%j with %j names a cluster', (argv, env, cluster) => {
  expect(parseServe(['--insecure', ...argv], env)).toMatchObject({ manifests: [], cluster });
});

test('help names every flag with its default', () => {
  expect(parseServe(['--help'], {})).toBeNull();
  expect(describeFlags(serveFlags)).toMatch(
    /--debug-http-port PORT +Where the debug endpoint listens \(default 6060\)/,
  );
});

test.each([
  ['shop/web=localhost:9000', { namespace: 'shop', service: 'web', servicePort: null, host: 'localhost', port: 9000 }],
  ['shop/web:80=10.0.0.1:9000', { namespace: 'shop', service: 'web', servicePort: 80, host: '10.0.0.1', port: 9000 }],
  ['shop/web:80=[::1]:9000', { namespace: 'shop', service: 'web', servicePort: 80, host: '::1', port: 9000 }],
])('--backend %s', (text, expected) => {
  expect(parseBackend(text)).toEqual(expected);
});

test.each([
  '',
  'shop',
  'shop/web',
  'web=a:1',
  'shop/web=host',
  'shop/web=:80',
  'shop/web=h:0',
  'shop/web:0=h:1',
  'shop/web=h:99999',
  'a/b=::1:80',
])('--backend %j is refused', (text) => {
  expect(() => parseBackend(text)).toThrow('--backend takes NAMESPACE/SERVICE[:PORT]=HOST:PORT');
});

test("a backend's name becomes an address", async () => {
  const resolved = await resolveBackend(parseBackend('shop/web=localhost:9000'));
  expect(['127.0.0.1', '::1']).toContain(resolved.host);
});
