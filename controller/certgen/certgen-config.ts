import { delimiter } from 'node:path';
import type { AccessFrom } from '../../kubernetes/kube-config.ts';
import { Fault } from '../fault.ts';
import { describeFlags, type Flags, type FlagTable, parseFlags } from '../flags.ts';
import type { Io } from '../io.ts';

/** `compact`: each Secret holds its pair and the authority. `legacy`: the authority has a Secret of its own. */
export type SecretsFormat = 'legacy' | 'compact';

/** Everything `contour certgen` was told. */
export interface CertgenConfig {
  readonly folder: string;
  readonly lifetimeDays: number;
  readonly namespace: string;
  /** The same, where Envoy lives with Contour. */
  readonly envoyNamespace: string;
  readonly format: SecretsFormat;
  readonly suffix: string;
  readonly overwrite: boolean;
  readonly pem: boolean;
  readonly yaml: boolean;
  /** The cluster to write Secrets to; null for none. */
  readonly cluster: AccessFrom | null;
}

const certgenFlags: FlagTable = {
  kube: { type: 'boolean', help: 'Write the certificates to a cluster, as Secrets' },
  incluster: { type: 'boolean', help: 'To the cluster that this Pod is in' },
  kubeconfig: { type: 'string', value: 'FILE', help: "To the cluster of FILE's current context (or KUBECONFIG)" },
  namespace: {
    type: 'string',
    value: 'NS',
    help: 'Namespace of Contour, which the certificates name (or CONTOUR_NAMESPACE; else projectcontour)',
  },
  'envoy-namespace': {
    type: 'string',
    value: 'NS',
    help: "Namespace of Envoy's Secret, in the compact format, where it is not Contour's",
  },
  overwrite: { type: 'boolean', help: 'Replace Secrets and files that are already there' },
  pem: { type: 'boolean', help: 'Write the certificates to OUTPUTDIR, as PEM files' },
  yaml: { type: 'boolean', help: 'Write the Secrets to OUTPUTDIR, as YAML files' },
  'certificate-lifetime': {
    type: 'string',
    value: 'DAYS',
    default: '365',
    help: 'How long the certificates are valid',
  },
  'secrets-format': {
    type: 'string',
    value: 'legacy|compact',
    default: 'legacy',
    help: 'Whether the authority has a Secret of its own, or is in both Secrets',
  },
  'secrets-name-suffix': { type: 'string', value: 'TEXT', default: '', help: "Added to the Secrets' names" },
  help: { type: 'boolean', short: 'h', help: 'Show this' },
};

export const certgenHelp = `Make the certificates with which Contour and Envoys know each other.

Usage: contour certgen [OUTPUTDIR] (--kube | --pem | --yaml) [flags]

${describeFlags(certgenFlags)}
OUTPUTDIR is certs where it is not given. The authority's key is not kept: each run makes a new one.
`;

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/names */
const namespaceName = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const nameSuffix = /^[-.a-z0-9]{0,200}[a-z0-9]$/;

const longestLifetimeDays = 36_500;

/** Null where help was asked for. Throws a Fault that says what to give instead. */
export function parseCertgen(argv: readonly string[], env: Io['env']): CertgenConfig | null {
  const flags = parseFlags(argv, certgenFlags, 1);
  if (flags.given('help')) return null;
  const [pem, yaml, kube] = [flags.given('pem'), flags.given('yaml'), flags.given('kube')];
  if (!pem && !yaml && !kube)
    throw new Fault('say what to make: --kube for Secrets in a cluster, --pem or --yaml for files');
  const [folder = 'certs'] = flags.words;
  return {
    folder,
    lifetimeDays: lifetimeDays(flags),
    ...namespacesOf(flags, env),
    format: secretsFormat(flags),
    suffix: suffixOf(flags),
    overwrite: flags.given('overwrite'),
    pem,
    yaml,
    cluster: kube ? clusterOf(flags, env) : null,
  };
}

function lifetimeDays(flags: Flags): number {
  const days = flags.count('certificate-lifetime', 1);
  if (days <= longestLifetimeDays) return days;
  throw new Fault(`--certificate-lifetime takes at most ${longestLifetimeDays} days`);
}

function namespacesOf(flags: Flags, env: Io['env']): Pick<CertgenConfig, 'namespace' | 'envoyNamespace'> {
  const namespace = namespaceIn('namespace', flags.text('namespace') ?? env['CONTOUR_NAMESPACE'] ?? 'projectcontour');
  const envoyNamespace = namespaceIn('envoy-namespace', flags.text('envoy-namespace') ?? namespace);
  if (envoyNamespace !== namespace && secretsFormat(flags) !== 'compact')
    throw new Fault('--envoy-namespace wants --secrets-format=compact, in which each Secret holds the authority');
  return { namespace, envoyNamespace };
}

function namespaceIn(flag: string, namespace: string): string {
  if (namespaceName.test(namespace)) return namespace;
  throw new Fault(`--${flag} takes the name of a namespace, and not ${JSON.stringify(namespace)}`);
}

function secretsFormat(flags: Flags): SecretsFormat {
  const format = flags.text('secrets-format');
  if (format === 'legacy' || format === 'compact') return format;
  throw new Fault(`--secrets-format takes legacy or compact, and not ${JSON.stringify(format)}`);
}

function suffixOf(flags: Flags): string {
  const suffix = flags.text('secrets-name-suffix') ?? '';
  if (suffix === '' || nameSuffix.test(suffix)) return suffix;
  throw new Fault(`--secrets-name-suffix takes the end of a Secret's name, and not ${JSON.stringify(suffix)}`);
}

function clusterOf(flags: Flags, env: Io['env']): AccessFrom {
  if (flags.given('incluster')) return { type: 'incluster' };
  const file = flags.text('kubeconfig');
  const files = file === null ? (env['KUBECONFIG'] ?? '').split(delimiter) : [file];
  const given = files.filter((file) => file !== '');
  if (given.length > 0) return { type: 'kubeconfig', files: given };
  throw new Fault('--kube wants to know the cluster: --incluster, or --kubeconfig FILE (or KUBECONFIG)');
}
