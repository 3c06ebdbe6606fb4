import { readFile } from 'node:fs/promises';
import { isObject, valueAt, type Json, type JsonObject } from '../../files/edit/json-patch.ts';
import { pathOf, resources } from '../../kubernetes/resources.ts';
import { isKubernetesError } from '../../kubernetes/errors.ts';
import type { SourceItem } from '../../routing/route-item.ts';
import { CommandFailure } from '../failure.ts';
import { rightOf } from '../services/rights.ts';
import { apiFailure } from './api-failure.ts';
import type { Cluster } from './cluster.ts';

/** The document of a file that an object was read from, as it is written there. Rejects with CommandFailure. */
export async function textInFile(file: string, line: number): Promise<readonly string[]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as { readonly code?: unknown };
    throw new CommandFailure(`${file} cannot be read (${String(code)})`, [], { cause: error });
  }
  const lines = text.split(/\r?\n/);
  // https://yaml.org/spec/1.2.2/#22-structures: documents of a stream are divided by lines that begin so.
  const starts = lines.flatMap((each, index) => (/^---(\s|$)/.test(each) ? [index + 1] : []));
  const from = starts.findLast((start) => start < line) ?? 0;
  const to = starts.find((start) => start >= line);
  return lines.slice(from, to === undefined ? undefined : to - 1);
}

/** The object as the API server has it, less what only machines read. Rejects with CommandFailure. */
export async function textInCluster(cluster: Cluster, source: SourceItem): Promise<readonly string[]> {
  const { kind, namespace, name } = source;
  const resource = [resources.HTTPProxy, resources.Ingress].find((each) => each.kind === kind);
  if (resource === undefined) throw new CommandFailure(`objects of kind ${kind} are not shown here`);
  const path = `${pathOf(resource, namespace)}/${encodeURIComponent(name)}`;
  try {
    const object = (await cluster.client.get(path, { signal: new AbortController().signal })) as Json;
    const { printYaml } = await import('../output/yaml.ts');
    return printYaml(isObject(object) ? withoutFields(object) : object)
      .trimEnd()
      .split('\n');
  } catch (error) {
    throw isKubernetesError(error) ? apiFailure(error, cluster.server, rightOf('GET', path)) : error;
  }
}

function withoutFields(object: JsonObject): JsonObject {
  const metadata = valueAt(object, '/metadata');
  if (!isObject(metadata)) return object;
  const { managedFields: _, ...kept } = metadata;
  return { ...object, metadata: kept };
}
