import type { ObjectItem } from '../../../routing/object-item.ts';
import type { TreeNode } from '../../../routing/tree-item.ts';
import { kindWord, objectWords, placeWords, pointerWords } from '../../output/source-words.ts';
import { lastAck, refusalsIn, stateCell, syncColumns } from '../../output/sync.ts';
import { missingEnvoys } from '../../services/missing-envoys.ts';
import type { SyncItem } from '../../sync-report.ts';
import type { Sentence, Sheet, SheetRow } from './sheet.ts';

const plain = (text: string): Sentence => ({ text, look: 'plain' });

export function objectsSheet(items: readonly ObjectItem[]): Sheet {
  return { headers: ['KIND', 'NAMESPACE', 'NAME', 'STATUS', 'PROGRAMMED', 'HOST'], rows: items.map(objectRow) };
}

function objectRow({ source, currentStatus, description, conditions, programmed, hosts }: ObjectItem): SheetRow {
  const isInvalid = currentStatus === 'invalid' || currentStatus === 'orphaned';
  const count = programmed === null || hosts.length === 0 ? '-' : `${programmed.envoys}/${programmed.of}`;
  const missing = programmed === null || hosts.length === 0 ? '' : missingEnvoys(programmed);
  return {
    key: objectWords(source),
    cells: [kindWord(source.kind), source.namespace, source.name, currentStatus, count, hosts.join(',') || '-'],
    isInvalid,
    details: [
      { text: objectWords(source), look: 'bold' },
      ...(source.file === undefined ? [] : [plain(placeWords(source))]),
      { text: `${currentStatus}: ${description}`, look: isInvalid ? 'bad' : 'good' },
      ...conditions.map(({ reason, message, pointer, severity }): Sentence => {
        const text = [`${reason}: ${message}`, pointerWords(pointer)].filter((part) => part !== '').join('  ');
        return { text, look: severity === 'error' ? 'bad' : 'warning' };
      }),
      ...hosts.map((host) => plain(`host ${host}`)),
      ...(count === '-' ? [] : [plain(`envoys ${count}`)]),
      ...(missing === '' ? [] : [{ text: missing, look: 'warning' } as const]),
    ],
    source,
    name: `${source.namespace}/${source.name}`,
  };
}

/** Hosts with the certificate that each shows, from their trees. */
export function certsSheet(nodes: readonly TreeNode[]): Sheet {
  const rows = nodes.flatMap((host) =>
    host.children.filter(({ type }) => type === 'secret').map((secret) => certRow(host.name, secret)),
  );
  return { headers: ['HOST', 'SECRET', 'LENT', 'STATUS'], rows };
}

function certRow(host: string, { name, delegated, status, source }: TreeNode): SheetRow {
  const isInvalid = status.state !== 'valid';
  const [first] = status.reasons;
  return {
    key: host,
    cells: [
      host,
      name || '-',
      delegated ? 'yes' : '-',
      first === undefined ? status.state : `${status.state}: ${first.reason}`,
    ],
    isInvalid,
    details: [
      { text: name === '' ? `no certificate for ${host}` : `secret ${name}`, look: 'bold' },
      plain(`shown for ${host}`),
      ...(delegated ? [plain('lent by its namespace to this one')] : []),
      ...(source === null ? [] : [plain(`named by ${objectWords(source)} ${placeWords(source)}`)]),
      { text: status.state, look: isInvalid ? 'bad' : 'good' },
      ...status.reasons.map(({ reason, message }): Sentence => ({ text: `${reason}: ${message}`, look: 'bad' })),
    ],
    source,
    name: name || host,
  };
}

export function syncSheet(items: readonly SyncItem[]): Sheet {
  return {
    headers: ['ENVOY', 'VERSION', ...syncColumns.map(([title]) => title), 'LAST ACK'],
    rows: items.map(syncRow),
  };
}

function syncRow(item: SyncItem): SheetRow {
  const { envoy, version, complete, types } = item;
  const isBehind = Object.values(types).some(({ state }) => state !== 'ok');
  return {
    key: envoy,
    cells: [envoy, version || '?', ...syncColumns.map(([, key]) => stateCell(types[key])), lastAck(item)],
    isInvalid: isBehind || !complete,
    details: [
      { text: envoy, look: 'bold' },
      plain(complete ? 'has accepted one whole world' : 'has not accepted one whole world yet'),
      ...syncColumns.map(([title, key]): Sentence => {
        const { accepted, sent, state } = types[key];
        const text = `${title.toLowerCase()} ${stateCell(types[key])}: ${accepted} of ${sent} accepted`;
        return { text, look: state === 'nack' ? 'bad' : state === 'behind' ? 'warning' : 'plain' };
      }),
      plain(`last ack ${lastAck(item)}`),
      ...refusalsIn(types).map((text): Sentence => ({ text, look: 'bad' })),
    ],
    source: null,
    name: envoy,
  };
}
