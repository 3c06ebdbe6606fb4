import { typeUrl, type Dialect, type Resource, type TypeUrl } from '../../xds/snapshot/resource.ts';
import type { Served } from '../loop.ts';
import { headOf, refusal, type Answer, type Page, type Question } from './answer.ts';

export interface SnapshotPageOptions {
  readonly served: (dialect: Dialect) => Served | null;
  /** The message as JSON, without any key. */
  readonly decode: (resource: Resource) => object;
}

const dialects: readonly Dialect[] = ['ads-delta', 'ads-sotw', 'delta', 'sotw'];

/** A type is asked for by its URL, by its last word, or by the word used here. */
function typeOf(text: string): TypeUrl | null {
  const found = Object.entries(typeUrl).find(
    ([word, url]) => text === word || text === url || url.endsWith(`.${text}`),
  );
  return found?.[1] ?? null;
}

function itemOf({ world }: Served, { type, name, version, bytes }: Resource) {
  return { type, name, version, bytes: bytes.length, host: world.hostOf(type, name) };
}

function* list(served: Served, types: readonly TypeUrl[]): Generator<object> {
  for (const type of types) {
    for (const name of [...served.snapshot.names(type)].sort()) {
      const resource = served.snapshot.get(type, name);
      if (resource !== undefined) yield itemOf(served, resource);
    }
  }
}

function answerFrom(served: Served, { query }: Question, { decode }: SnapshotPageOptions): Answer {
  const [askedType, name] = [query.get('type'), query.get('name')];
  const type = askedType === null ? null : typeOf(askedType);
  if (askedType !== null && type === null)
    return refusal(404, `there is no type of resource ${JSON.stringify(askedType)}`);
  if (name === null) {
    return {
      type: 'report',
      head: headOf('Snapshot'),
      items: list(served, type === null ? Object.values(typeUrl) : [type]),
    };
  }
  if (type === null) return refusal(400, 'say the type of the resource too: ?type=&name=');
  const resource = served.snapshot.get(type, name);
  if (resource === undefined) return refusal(404, `there is no resource of that type named ${JSON.stringify(name)}`);
  const item = { ...itemOf(served, resource), resource: decode(resource) };
  return { type: 'document', status: 200, body: { ...headOf('Snapshot'), items: [item] } };
}

/** `/debug/snapshot`: the resources Envoys are told, and one of them in full. Never a byte of a key. */
export function snapshotPage(options: SnapshotPageOptions): Page {
  return {
    path: '/debug/snapshot',
    help: 'what Envoys are told; ?type= selects, ?type=&name= decodes one; ?dialect= of the Envoy, ads-delta if left out',
    answer(question) {
      const asked = question.query.get('dialect') ?? 'ads-delta';
      const dialect = dialects.find((each) => each === asked);
      const served = dialect === undefined ? null : options.served(dialect);
      if (served === null) return refusal(404, `no Envoy speaks the dialect ${JSON.stringify(asked)}`);
      return answerFrom(served, question, options);
    },
  };
}
