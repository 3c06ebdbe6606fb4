import type { Io } from '../io.ts';
import { type CertgenConfig, certgenHelp, parseCertgen } from './certgen-config.ts';
import type { Certificates } from './certificates.ts';
import { type Secret, secretsOf, yamlOf } from './secrets.ts';
import { applySecrets } from './apply-secrets.ts';
import { type FileToWrite, writePrivateFiles } from './write-files.ts';

/** Runs `contour certgen`; answers its exit code. Throws a Fault where an argument, a file or the cluster is wrong. */
export async function runCertgen(argv: readonly string[], io: Io): Promise<number> {
  const config = parseCertgen(argv, io.env);
  if (config === null) {
    io.stdout.write(certgenHelp);
    return 0;
  }
  const { makeCertificates } = await import('./certificates.ts');
  const certificates = await makeCertificates({ ...config, now: new Date() });
  const secrets = secretsOf(certificates, config);
  const say = (line: string): void => void io.stdout.write(`${line}\n`);
  const files = filesOf(config, certificates, secrets);
  if (files.length > 0) await writePrivateFiles(files, { ...config, written: (path) => say(`${path} was written`) });
  if (config.cluster === null) return 0;
  const { openClient } = await import('../open-client.ts');
  const { client } = openClient(config.cluster, io.env);
  await applySecrets(secrets, config.overwrite, { client, signal: new AbortController().signal, say });
  return 0;
}

function filesOf(
  { pem, yaml }: CertgenConfig,
  { authority, contour, envoy }: Certificates,
  secrets: readonly Secret[],
): readonly FileToWrite[] {
  const pemFiles = [
    { name: 'cacert.pem', text: authority },
    { name: 'contourcert.pem', text: contour.certificate },
    { name: 'contourkey.pem', text: contour.key },
    { name: 'envoycert.pem', text: envoy.certificate },
    { name: 'envoykey.pem', text: envoy.key },
  ];
  const yamlFiles = secrets.map((secret) => ({ name: `${secret.metadata.name}.yaml`, text: yamlOf(secret) }));
  return [...(pem ? pemFiles : []), ...(yaml ? yamlFiles : [])];
}
