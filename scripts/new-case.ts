import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './root.ts';

const name = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

function skeleton(feature: string, testCase: string): string {
  return `# ${feature}: ${testCase.replaceAll('-', ' ')}
apiVersion: projectcontour.io/v1
kind: HTTPProxy
metadata:
  name: ${testCase}
  namespace: default
spec:
  virtualhost:
    fqdn: ${testCase}.example.com
  routes:
    - services:
        - name: web
          port: 80
---
apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: default
spec:
  ports:
    - port: 80
`;
}

async function newCase(feature: string, testCase: string): Promise<string> {
  const file = path.join('test', 'cases', feature, testCase, 'in.yaml');
  await mkdir(path.join(root, path.dirname(file)), { recursive: true });
  await writeFile(path.join(root, file), skeleton(feature, testCase), { flag: 'wx' });
  return file;
}

const { positionals } = parseArgs({ allowPositionals: true });
const [feature, testCase] = positionals;
if (
  feature === undefined ||
  testCase === undefined ||
  positionals.length > 2 ||
  !positionals.every((word) => name.test(word))
) {
  process.stderr.write('usage: npm run new-case -- FEATURE CASE (lower-case words joined by dashes)\n');
  process.exitCode = 1;
} else {
  process.stdout.write(`${await newCase(feature, testCase)}\n`);
}
