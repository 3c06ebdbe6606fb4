import type { KubernetesClient } from '../../kubernetes/client.ts';
import { isKubernetesError } from '../../kubernetes/errors.ts';
import { isRecord } from '../../kubernetes/watched.ts';
import type { CompileSettings } from '../../routing/graph/settings.ts';
import type { ControllerPod } from './pods.ts';

/** What a controller was told that decides the meaning of objects. */
export interface ControllerSettings extends Pick<CompileSettings, 'rootNamespaces' | 'ingressClassNames'> {
  /** Those whose objects it looks at; empty is all. */
  readonly watchNamespaces: readonly string[];
  /** What could not be found out, as a plain sentence; null where all was. */
  readonly unread: string | null;
}

export const untold: ControllerSettings = {
  rootNamespaces: [],
  ingressClassNames: [],
  watchNamespaces: [],
  unread: null,
};

/** Reads the arguments of a controller, Contour's or ours, and the ContourConfiguration that they name. */
export async function settingsOf(
  client: KubernetesClient,
  { namespace, words }: ControllerPod,
  signal: AbortSignal,
): Promise<ControllerSettings> {
  const flags: ControllerSettings = {
    rootNamespaces: names(flag(words, 'root-namespaces')),
    ingressClassNames: names(flag(words, 'ingress-class-name')),
    watchNamespaces: names(flag(words, 'watch-namespaces')),
    unread: null,
  };
  const configuration = flag(words, 'contour-config-name');
  if (configuration === '') return flags;
  const path = `/apis/projectcontour.io/v1alpha1/namespaces/${encodeURIComponent(namespace)}/contourconfigurations`;
  try {
    const object = await client.get(`${path}/${encodeURIComponent(configuration)}`, { signal });
    return { ...flags, ...settingsIn(isRecord(object) ? object['spec'] : null) };
  } catch (error) {
    if (!isKubernetesError(error)) throw error;
    return { ...flags, unread: `ContourConfiguration ${namespace}/${configuration}` };
  }
}

/** `--name=value`, `--name value`; the last one counts. */
function flag(words: readonly string[], name: string): string {
  return words.reduce((found, word, index) => {
    if (word.startsWith(`--${name}=`)) return word.slice(name.length + 3);
    return word === `--${name}` ? (words[index + 1] ?? '') : found;
  }, '');
}

function names(text: string): readonly string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** https://projectcontour.io/docs/main/config/api/#projectcontour.io/v1alpha1.ContourConfigurationSpec */
function settingsIn(spec: unknown): Pick<ControllerSettings, 'rootNamespaces' | 'ingressClassNames'> {
  const list = (section: string, field: string): readonly string[] => {
    const within = isRecord(spec) ? spec[section] : null;
    const found = isRecord(within) ? within[field] : null;
    return Array.isArray(found) ? found.filter((each) => typeof each === 'string') : [];
  };
  return { rootNamespaces: list('httpproxy', 'rootNamespaces'), ingressClassNames: list('ingress', 'classNames') };
}
