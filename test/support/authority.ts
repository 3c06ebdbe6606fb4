import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** PEM files of one side of a mutual TLS connection. */
export interface Identity {
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

/** A certificate authority in a folder of its own. */
export interface Authority {
  /** Signs a certificate for a DNS name. */
  issue(name: string): Identity;
  close(): void;
}

export function createAuthority(): Authority {
  const folder = mkdtempSync(join(tmpdir(), 'contour-authority-'));
  const file = (name: string): string => join(folder, name);
  const run = (...args: string[]): void => void execFileSync('openssl', args, { stdio: 'pipe', timeout: 20_000 });
  const newKey = ['-nodes', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
  const ca = file('ca.pem');
  run('req', '-x509', '-days', '2', ...newKey, '-subj', '/CN=test authority', '-keyout', file('ca.key'), '-out', ca);
  let issued = 0;
  return {
    issue(name) {
      issued += 1;
      const [key, request, certificate] = ['key', 'csr', 'pem'].map((kind) => file(`${issued}.${kind}`)) as [
        string,
        string,
        string,
      ];
      const extensions = file(`${issued}.ext`);
      writeFileSync(extensions, `subjectAltName=DNS:${name}`);
      run('req', ...newKey, '-subj', `/CN=${name}`, '-keyout', key, '-out', request);
      const by = ['-CA', ca, '-CAkey', file('ca.key'), '-CAcreateserial', '-extfile', extensions];
      run('x509', '-req', '-days', '2', '-in', request, ...by, '-out', certificate);
      return { ca, certificate, key };
    },
    close: () => rmSync(folder, { recursive: true }),
  };
}
