import type { ObjectItem } from '../../../routing/object-item.ts';
import type { CertificateItem, TreeNode } from '../../../routing/tree-item.ts';
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
  return { headers: ['HOST', 'SECRET', 'LENT', 'SAN OK', 'EXPIRES', 'STATUS'], rows };
}

function certRow(host: string, { name, delegated, status, source, certificate = null }: TreeNode): SheetRow {
  const isFor = certificate === null ? null : certificate.names.some((each) => covers(each.toLowerCase(), host));
  const isInvalid = status.state === 'invalid' || isFor === false;
  const look = isInvalid ? 'bad' : status.state === 'valid' ? 'good' : 'warning';
  const [first] = status.reasons;
  return {
    key: host,
    cells: [
      host,
      name || '-',
      delegated ? 'yes' : '-',
      isFor === null ? '?' : isFor ? 'yes' : 'no',
      certificate?.notAfter.slice(0, 'YYYY-MM-DD'.length) ?? '?',
      first === undefined ? status.state : `${status.state}: ${first.reason}`,
    ],
    isInvalid,
    details: [
      { text: name === '' ? `no certificate for ${host}` : `secret ${name}`, look: 'bold' },
      plain(`shown for ${host}`),
      ...(delegated ? [plain('lent by its namespace to this one')] : []),
      ...(source === null ? [] : [plain(`named by ${objectWords(source)} ${placeWords(source)}`)]),
      { text: status.state, look },
      ...certificateLines(host, certificate, isFor),
      ...status.reasons.map(({ reason, message }): Sentence => ({ text: `${reason}: ${message}`, look: 'bad' })),
    ],
    source,
    name: name || host,
  };
}

function certificateLines(
  host: string,
  certificate: CertificateItem | null,
  isFor: boolean | null,
): readonly Sentence[] {
  if (certificate === null) return [];
  const { names, notAfter } = certificate;
  return [
    ...(isFor === false ? [{ text: `it is not for ${host}`, look: 'bad' } as const] : []),
    ...names.map((each) => plain(`is for ${each}`)),
    plain(`expires ${notAfter}`),
  ];
}

/** A wildcard stands for one label. https://www.rfc-editor.org/rfc/rfc9525#section-6.3 */
function covers(name: string, host: string): boolean {
  return name === host || (name.startsWith('*.') && name.slice(1) === host.slice(host.indexOf('.')));
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
