import type { Diagnostic } from '../objects/diagnostic.ts';
import type { TLS } from '../objects/generated/http-proxy.ts';
import type { Source } from '../objects/ref.ts';
import type { Reader } from '../store/reader.ts';
import { diagnose } from './diagnose.ts';
import type { SecureHost } from './graph.ts';

/** The certificate of a host and the versions it is served with. */
export type Termination = Omit<SecureHost, 'routes'>;

/** Reads a `tls` block at `source`. */
export function terminate(reader: Reader, source: Source, tls: TLS): Termination | Diagnostic {
  const [minimumProtocolVersion, maximumProtocolVersion] = versionsOf(tls);
  if (tls.secretName === undefined || tls.secretName === '') {
    return diagnose(source, 'TLSError/TLSConfigNotValid', 'tls names no secretName');
  }
  if (minimumProtocolVersion > maximumProtocolVersion) {
    const message = `minimumProtocolVersion ${minimumProtocolVersion} is above maximumProtocolVersion ${maximumProtocolVersion}`;
    return diagnose(source, 'TLSError/TLSConfigNotValid', message);
  }
  const secret = findSecret(reader, { ref: source.ref, pointer: `${source.pointer}/secretName` }, tls.secretName);
  return 'severity' in secret ? secret : { secret, minimumProtocolVersion, maximumProtocolVersion };
}

/** Contour takes any other text as the default. */
function versionsOf(tls: TLS): readonly [SecureHost['minimumProtocolVersion'], SecureHost['maximumProtocolVersion']] {
  return [tls.minimumProtocolVersion === '1.3' ? '1.3' : '1.2', tls.maximumProtocolVersion === '1.2' ? '1.2' : '1.3'];
}

/** A Secret by `name` or `namespace/name`, usable by the object that names it. */
export function findSecret(reader: Reader, source: Source, secretName: string): SecureHost['secret'] | Diagnostic {
  const cut = secretName.indexOf('/');
  const namespace = cut < 0 ? source.ref.namespace : secretName.slice(0, cut);
  const name = secretName.slice(cut + 1);
  if (namespace !== source.ref.namespace) {
    const message = `Secret ${secretName} lives in another namespace, and certificate delegation is not served yet`;
    return diagnose(source, 'TLSError/DelegationNotPermitted', message);
  }
  const verdict = reader.secret(namespace, name);
  if (verdict.state === 'valid' || verdict.state === 'unverified') return { namespace, name };
  const why = verdict.state === 'missing' ? 'does not exist' : verdict.reason;
  return diagnose(source, 'TLSError/SecretNotValid', `Secret ${namespace}/${name} ${why}`);
}
