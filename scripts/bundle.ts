import { chmod, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { build, type BuildOptions, type Metafile, type Plugin } from 'esbuild';
import { root } from './root.ts';
import { thirdPartyNotices } from './third-party-notices.ts';

export const distFolder = path.join(root, 'dist');

/** The commands of the package: name of the file in dist/ without `.js`, and where it starts. */
const entryPoints: Readonly<Record<string, string>> = {
  'kubectl-contour': 'plugin/bin.ts',
  contour: 'controller/bin.ts',
};

// Bundled CommonJS packages call `require` for Node's own modules, which ESM does not define.
const requireForCommonJs = [
  `import { createRequire as __createRequire } from 'node:module';`,
  `const require = __createRequire(import.meta.url);`,
].join('');

/**
 * HTTP clients that nobody uses are not loaded: two tenths of the time of a short command on a cluster.
 *
 * - `node:http`, imported, is asked for all that it exports; for WebSocket among it Node loads a second client. Required,
 *   it is asked for nothing.
 * - `undici` is there for calls that client-node makes by itself, and we let it make none: it is run when it is asked for
 *   a name.
 */
const noIdleHttpClients: Plugin = {
  name: 'no-idle-http-clients',
  setup({ onResolve, onLoad }) {
    const namespace = 'on-demand';
    onResolve({ filter: /^(node:)?http$/ }, () => ({ path: 'node:http', namespace }));
    onLoad({ filter: /^node:http$/, namespace }, () => ({
      contents: `module.exports = process.getBuiltinModule('node:http')`,
    }));
    onResolve({ filter: /^undici$/ }, ({ path: name, namespace: from, resolveDir }) =>
      from === namespace ? null : { path: name, namespace, pluginData: resolveDir },
    );
    onLoad({ filter: /^undici$/, namespace }, ({ path: name, pluginData: resolveDir }) => ({
      contents: onDemand(name, createRequire(path.join(resolveDir as string, 'of'))(name) as object),
      resolveDir: resolveDir as string,
    }));
  },
};

/** A module in place of another, of which it has every name. */
function onDemand(module: string, exported: object): string {
  const property = `{ enumerable: true, get: () => require('${module}')[name] }`;
  return `for (const name of ${JSON.stringify(Object.keys(exported))}) Object.defineProperty(exports, name, ${property})`;
}

interface PackageManifest {
  readonly version: string;
  readonly engines: { readonly node: string };
}

async function packageManifest(): Promise<PackageManifest> {
  return JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as PackageManifest;
}

export async function packageVersion(): Promise<string> {
  return (await packageManifest()).version;
}

/** Ends the program with one line on a Node that is too old for the rest. In words that every Node with modules knows. */
async function nodeCheck(): Promise<string> {
  const wanted = (await packageManifest()).engines.node.replace('>=', '');
  const parts = `process.versions.node.split('.').map(Number)`;
  const older = `((r,w,i)=>(i=w.findIndex((p,j)=>p!==r[j]),i>=0&&r[i]<w[i]))(${parts},[${wanted.replaceAll('.', ',')}])`;
  const sentence = `'error: Node.js ${wanted} or later is needed on PATH, and this is '+process.versions.node+'\\n'`;
  return `if(${older}){process.stderr.write(${sentence});process.exit(1)}\n`;
}

/** Bundles both commands into dist/, with everything they need but Node. What was there stays until all is well. */
export async function bundle(): Promise<void> {
  const fresh = `${distFolder}.${process.pid}`;
  try {
    await bundleInto(fresh);
    await rm(distFolder, { recursive: true, force: true });
    await rename(fresh, distFolder);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

/**
 * @param folder empty, or not there yet
 * @param commands all of them where nothing else is said
 */
export async function bundleInto(folder: string, commands = Object.keys(entryPoints)): Promise<Metafile> {
  const { metafile } = await build(await options(folder, commands));
  await Promise.all(commands.map((name) => makeExecutable(path.join(folder, `${name}.js`))));
  await writeFile(path.join(folder, 'THIRD-PARTY-NOTICES.txt'), await thirdPartyNotices(metafile.inputs));
  return metafile;
}

async function options(outdir: string, commands: readonly string[]) {
  return {
    absWorkingDir: root,
    entryPoints: Object.fromEntries(commands.map((name) => [name, entryPoints[name] ?? ''])),
    outdir,
    bundle: true,
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    format: 'esm',
    platform: 'node',
    target: 'node22',
    // Identifiers stay as they are: names of functions and classes are part of oclif's and grpc-js's behaviour and of every
    // stack trace. Told apart from the code (`keepNames`) each closure is given its own by a call, and a start takes longer.
    minifyWhitespace: true,
    minifySyntax: true,
    sourcemap: 'linked',
    // A stack trace needs names and lines, not the text.
    sourcesContent: false,
    legalComments: 'none',
    metafile: true,
    // oclif loads the one only to run a plugin from its TypeScript sources, ink the other only where it is installed.
    external: ['typescript', 'react-devtools-core'],
    define: {
      KUBECTL_CONTOUR_VERSION: JSON.stringify(await packageVersion()),
      'process.env.NODE_ENV': '"production"',
    },
    banner: { js: requireForCommonJs },
    plugins: [noIdleHttpClients],
    logLevel: 'warning',
  } as const satisfies BuildOptions;
}

/** esbuild puts its banner on every chunk, so the line for the kernel and the check are added to the commands alone. */
async function makeExecutable(file: string): Promise<void> {
  const code = await readFile(file, 'utf8');
  await writeFile(file, `#!/usr/bin/env node\n${await nodeCheck()}${code}`);
  await chmod(file, 0o755);
}
