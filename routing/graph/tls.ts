import type { Diagnostic } from '../objects/diagnostic.ts';
import type { TLS } from '../objects/generated/http-proxy.ts';
import type { Source } from '../objects/ref.ts';
import type { Reader } from '../store/reader.ts';
import { isAbsenceFact } from './absence.ts';
import { isDelegated } from './certificate-delegation.ts';
import { diagnose } from './diagnose.ts';
import type { SecureHost } from './graph.ts';
import type { CompileSettings } from './settings.ts';

/** The certificate of a host and the versions it is served with. */
export type Termination = Omit<SecureHost, 'routes'>;

/** Reads a `tls` block at `source`. */
export function terminate(
  reader: Reader,
  settings: CompileSettings,
  source: Source,
  tls: TLS,
): Termination | Diagnostic {
  const [minimumProtocolVersion, maximumProtocolVersion] = versionsOf(tls);
  if (tls.secretName === undefined || tls.secretName === '') {
    return diagnose(source, 'TLSError/TLSConfigNotValid', 'tls names no secretName');
  }
  if (minimumProtocolVersion > maximumProtocolVersion) {
    const message = `minimumProtocolVersion ${minimumProtocolVersion} is above maximumProtocolVersion ${maximumProtocolVersion}`;
    return diagnose(source, 'TLSError/TLSConfigNotValid', message);
  }
  const secret = findSecret(
    reader,
    settings,
    { ref: source.ref, pointer: `${source.pointer}/secretName` },
    secretNamed(tls.secretName, source.ref.namespace),
  );
  return 'severity' in secret ? secret : { secret, minimumProtocolVersion, maximumProtocolVersion };
}

/** Contour takes any other text as the default. */
function versionsOf(tls: TLS): readonly [SecureHost['minimumProtocolVersion'], SecureHost['maximumProtocolVersion']] {
  return [tls.minimumProtocolVersion === '1.3' ? '1.3' : '1.2', tls.maximumProtocolVersion === '1.2' ? '1.2' : '1.3'];
}

/** What `name` or `namespace/name` stands for in an object of `home`. */
export function secretNamed(written: string, home: string): SecureHost['secret'] {
  const cut = written.indexOf('/');
  return { namespace: cut < 0 ? home : written.slice(0, cut), name: written.slice(cut + 1) };
}

/** The Secret, where the object at `source` may use it. Whether one that it may not use exists is not told. */
export function findSecret(
  reader: Reader,
  settings: CompileSettings,
  source: Source,
  secret: SecureHost['secret'],
): SecureHost['secret'] | Diagnostic {
  const { namespace, name } = secret;
  const home = source.ref.namespace;
  if (namespace !== home && !mayBorrow(reader, settings, secret, home)) {
    const message = `namespace ${namespace} does not lend its Secret ${name} to namespace ${home}; ask for a TLSCertificateDelegation there that names both`;
    return diagnose(source, 'TLSError/DelegationNotPermitted', message);
  }
  const verdict = reader.secret(namespace, name);
  if (verdict.state === 'valid' || verdict.state === 'unverified') return secret;
  const why = verdict.state === 'missing' ? 'does not exist' : verdict.reason;
  return diagnose(source, 'TLSError/SecretNotValid', `Secret ${namespace}/${name} ${why}`);
}

/** Where no delegation at all was read, that this one is missing is no fact. */
function mayBorrow(reader: Reader, settings: CompileSettings, secret: SecureHost['secret'], borrower: string): boolean {
  const isGranted = isDelegated(reader, secret, borrower);
  return isGranted || !isAbsenceFact(reader, settings, 'TLSCertificateDelegation', secret.namespace);
}
