import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A certificate that signs itself, and its key. PEM. */
export function selfSigned(commonName: string): { readonly certificate: Buffer; readonly key: Buffer } {
  const folder = mkdtempSync(join(tmpdir(), 'contour-certificate-'));
  try {
    const [certificate, key] = [join(folder, 'tls.crt'), join(folder, 'tls.key')];
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
    const names = ['-subj', `/CN=${commonName}`, '-addext', `subjectAltName=DNS:${commonName}`];
    const files = ['-keyout', key, '-out', certificate];
    execFileSync('openssl', ['req', '-x509', '-nodes', '-days', '2', ...names, ...curve, ...files], {
      stdio: 'pipe',
      timeout: 20_000,
    });
    return { certificate: readFileSync(certificate), key: readFileSync(key) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
