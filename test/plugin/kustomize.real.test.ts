import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../files/temp-directory.ts';
import { runHere } from './conventions/run-here.ts';
import { rigKubectl } from './rig-kubectl.ts';

const proxy = `
apiVersion: projectcontour.io/v1
kind: HTTPProxy
metadata: { name: web, namespace: base }
spec: { virtualhost: { fqdn: web.example.com }, routes: [{ services: [{ name: web, port: 80 }] }] }
`;
const base = `
resources: [proxy.yaml]
`;
const overlay = `
namespace: shop
namePrefix: next-
resources: [../base]
patches:
  - target: { kind: HTTPProxy }
    patch: '[{ "op": "replace", "path": "/spec/virtualhost/fqdn", "value": "next.example.com" }]'
`;

test('routes -k are those of what the real kubectl makes of a kustomization', async () => {
  const folder = temporaryDirectory();
  for (const name of ['base', 'overlay']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'base/proxy.yaml'), proxy);
  writeFileSync(join(folder, 'base/kustomization.yaml'), base);
  writeFileSync(join(folder, 'overlay/kustomization.yaml'), overlay);
  const env = { KUBECTL_PATH: await rigKubectl() };
  const columns = '-ocustom-columns=HOST:.host,IN:.source.namespace,NAME:.source.name,FILE:.source.file';
  const ran = await runHere(['routes', '-k', join(folder, 'overlay'), columns, '--no-headers'], { env });
  expect(ran).toMatchObject({ code: 0, stderr: '' });
  expect(ran.stdout).toBe('next.example.com   shop   next-web   <stdin>\n');

  const none = await runHere(['routes', '-k', join(folder, 'nowhere')], { env });
  expect(none).toMatchObject({ code: 1, stdout: '' });
  expect(none.stderr).toMatch(/^error: kubectl kustomize [^\n]*nowhere[^\n]*\n$/);
});
