/**
 * Who may import what (ARCHITECTURE.md). The TypeScript project references say the same to the compiler;
 * this table also sees npm packages, Node's own modules, dynamic imports and references of references.
 */
export interface Layer {
  /** A folder, or one file that has rights of its own. The longest one that holds a file is its layer. */
  readonly place: string;
  /** Folders or files of this repository; its own folder needs no mention. */
  readonly imports: readonly string[];
  readonly packages: readonly string[];
  /** Whether `node:` modules may be imported. */
  readonly node: boolean;
}

/** Rooms that compute only: no clock, no chance, no I/O. */
export const pureFolders = ['routing', 'xds/envoy', 'xds/snapshot'] as const;

const pluginImports = [
  'routing',
  'routing/objects',
  'routing/store',
  'routing/graph',
  'routing/match',
  'kubernetes',
  'files',
  'xds/envoy',
];

export const layers: readonly Layer[] = [
  { place: 'routing/objects', imports: [], packages: [], node: false },
  { place: 'routing/store', imports: ['routing/objects'], packages: [], node: false },
  {
    place: 'routing/graph',
    imports: ['routing/objects', 'routing/store/reader.ts'],
    packages: ['re2js'],
    node: false,
  },
  {
    place: 'routing/match',
    imports: ['routing/objects', 'routing/store/reader.ts', 'routing/graph'],
    packages: [],
    node: false,
  },
  {
    place: 'routing',
    imports: ['routing/objects', 'routing/store', 'routing/graph', 'routing/match'],
    packages: [],
    node: false,
  },
  { place: 'xds/proto', imports: [], packages: ['@bufbuild/protobuf'], node: true },
  { place: 'xds/snapshot', imports: ['xds/proto'], packages: [], node: false },
  {
    place: 'xds/envoy',
    imports: ['routing/objects', 'routing/graph', 'xds/proto', 'xds/snapshot/resource.ts'],
    packages: [],
    node: false,
  },
  { place: 'xds/serve', imports: ['xds/snapshot', 'xds/proto'], packages: ['@grpc/grpc-js'], node: true },
  { place: 'kubernetes', imports: ['routing/objects'], packages: ['@kubernetes/client-node', 'js-yaml'], node: true },
  { place: 'files', imports: ['routing/objects'], packages: ['yaml'], node: true },
  {
    place: 'controller',
    imports: [
      'routing',
      'routing/objects',
      'routing/store',
      'routing/graph',
      'routing/match',
      'xds/envoy',
      'xds/snapshot',
      'xds/serve',
      'kubernetes',
      'files',
      'controller/certgen',
    ],
    packages: [],
    node: true,
  },
  {
    place: 'controller/certgen',
    imports: ['controller', 'kubernetes', 'xds/snapshot/scrub.ts'],
    packages: ['asn1js', 'pkijs'],
    node: true,
  },
  {
    place: 'plugin',
    imports: ['plugin/output', 'plugin/views', 'plugin/commands/dev.ts', ...pluginImports],
    packages: ['@oclif/core', 'cli-table3', 'fast-string-width'],
    node: true,
  },
  {
    place: 'plugin/output',
    imports: ['plugin', ...pluginImports],
    packages: ['cli-table3', 'fast-string-width', 'yaml'],
    node: true,
  },
  // Screens: nothing else draws, so nothing else pays for React.
  {
    place: 'plugin/views',
    imports: ['plugin', 'plugin/output', ...pluginImports],
    packages: ['ink', 'react', 'string-width'],
    node: true,
  },
  // The one command that starts a controller of its own.
  {
    place: 'plugin/commands/dev.ts',
    imports: ['plugin', 'plugin/output', ...pluginImports, 'controller'],
    packages: ['@oclif/core'],
    node: true,
  },
];
