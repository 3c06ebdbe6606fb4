import type { KubernetesClient } from '../../kubernetes/client.ts';
import { isRecord } from '../../kubernetes/watched.ts';

/** A Pod that runs a controller, ours or Contour's. */
export interface ControllerPod {
  readonly namespace: string;
  readonly name: string;
  readonly isReady: boolean;
  /** Of its debug endpoint. */
  readonly debugPort: number;
  /** Command and arguments of the container that serves. */
  readonly words: readonly string[];
  readonly labels: ReadonlyMap<string, string>;
}

const defaultDebugPort = 6060;

/** @param path of the list. Pods that run no controller are left out. Rejects with a KubernetesError. */
export async function listControllerPods(
  client: KubernetesClient,
  path: string,
  labelSelector: string,
  signal: AbortSignal,
): Promise<readonly ControllerPod[]> {
  const list = await client.get(path, { query: labelSelector === '' ? {} : { labelSelector }, signal });
  const items = isRecord(list) && Array.isArray(list['items']) ? list['items'] : [];
  return items.map(readControllerPod).filter((pod) => pod !== null);
}

/** Null where no container of it serves. */
export function readControllerPod(raw: unknown): ControllerPod | null {
  const metadata = field(raw, 'metadata');
  const container = list(field(raw, 'spec'), 'containers').find((each) => wordsOf(each).includes('serve'));
  const [namespace, name] = [text(metadata, 'namespace'), text(metadata, 'name')];
  if (container === undefined || namespace === '' || name === '') return null;
  const ready = list(field(raw, 'status'), 'conditions').some(
    (condition) => text(condition, 'type') === 'Ready' && text(condition, 'status') === 'True',
  );
  return {
    namespace,
    name,
    isReady: ready && text(metadata, 'deletionTimestamp') === '',
    debugPort: debugPortOf(container),
    words: wordsOf(container),
    labels: new Map(Object.entries(record(field(metadata, 'labels'))).map(([key, value]) => [key, String(value)])),
  };
}

function debugPortOf(container: unknown): number {
  const named = list(container, 'ports').find((port) => text(port, 'name') === 'debug');
  const port = record(named)['containerPort'];
  if (typeof port === 'number') return port;
  const words = wordsOf(container);
  const at = words.findIndex((word) => /^--debug-http-port(=|$)/.test(word));
  const given = words[at]?.split('=')[1] ?? words[at + 1] ?? '';
  return at >= 0 && /^[0-9]{1,5}$/.test(given) ? Number(given) : defaultDebugPort;
}

function wordsOf(container: unknown): readonly string[] {
  return [...list(container, 'command'), ...list(container, 'args')].filter((word) => typeof word === 'string');
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}

function field(value: unknown, name: string): unknown {
  return record(value)[name];
}

function list(value: unknown, name: string): readonly unknown[] {
  const found = field(value, name);
  return Array.isArray(found) ? found : [];
}

function text(value: unknown, name: string): string {
  const found = field(value, name);
  return typeof found === 'string' ? found : '';
}
