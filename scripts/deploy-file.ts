import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { root } from './root.ts';

const header = `# kubectl-contour {{version}}: all that is installed, each object under what it is for.
#
#   kubectl apply -f contour.yaml     installs it, and again: changes what has changed
#   kubectl delete -f contour.yaml    removes it, and with the definitions every HTTPProxy of the cluster
#   kubectl delete -f contour.yaml -l app.kubernetes.io/part-of=kubectl-contour
#                                     removes it, and leaves HTTPProxies and their definitions
#
# Why it has which right: docs/reference/rights.md. Made from deploy/base by \`npm run render-deploy\`; do not edit.
`;

/** The files of a kustomization that only lists them, in order. */
function filesOf(folder: string): readonly string[] {
  const { resources } = parse(readFileSync(kustomizationIn(folder), 'utf8')) as {
    readonly resources: readonly string[];
  };
  return resources
    .map((resource) => join(folder, resource))
    .flatMap((path) => (statSync(path).isDirectory() ? filesOf(path) : [path]));
}

function kustomizationIn(folder: string): string {
  const files = ['kustomization.yaml', 'Kustomization'].map((name) => join(folder, name));
  const file = files.find((path) => existsSync(path));
  if (file === undefined) throw new Error(`${folder} is no kustomization`);
  return file;
}

/** deploy/base in one file, with its comments. kubectl's own rendering would drop them. */
export function deployFile(): string {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly version: string };
  const texts = filesOf(join(root, 'deploy/base')).map((file) => readFileSync(file, 'utf8'));
  return [header.replace('{{version}}', `v${version}`), ...texts].join('---\n');
}
