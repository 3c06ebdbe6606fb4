import type { ChildProcess } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { temporaryDirectory } from '../files/temp-directory.ts';
import { eventually } from '../support/eventually.ts';
import { builtPlugin, cleanEnv } from './built-plugin.ts';

const plugin = builtPlugin();
let child: ChildProcess | undefined;

afterEach(() => {
  child?.kill('SIGKILL');
});

function manifest(name: string, service: string): string {
  return `
apiVersion: projectcontour.io/v1
kind: HTTPProxy
metadata: { name: ${name}, namespace: a }
spec: { virtualhost: { fqdn: ${name}.example.com }, routes: [{ services: [{ name: ${service}, port: 80 }] }] }
`;
}

/** Replaces a file as editors do. */
function write(folder: string, name: string, text: string): void {
  writeFileSync(join(folder, `.${name}.tmp`), text);
  renameSync(join(folder, `.${name}.tmp`), join(folder, name));
}

test('each edit of the files is one event, a broken file a fault and no deletion', async () => {
  const folder = join(temporaryDirectory(), 'manifests');
  mkdirSync(folder);
  write(folder, 'a.yaml', manifest('a', 'one'));
  child = plugin.start(['routes', '-f', folder, '-w', '-o', 'json'], { env: cleanEnv({}) });
  let events = '';
  let faults = '';
  child.stdout?.on('data', (chunk) => (events += chunk));
  child.stderr?.on('data', (chunk) => (faults += chunk));
  const types = () =>
    events
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; object: { host: string } })
      .map(({ type, object }) => `${type} ${object.host}`);

  await eventually(() => expect(types()).toEqual(['ADDED a.example.com']));
  write(folder, 'a.yaml', manifest('a', 'two'));
  await eventually(() => expect(types().at(-1)).toBe('MODIFIED a.example.com'));
  write(folder, 'broken.yaml', 'a: [1');
  await eventually(() => expect(faults).toMatch(/broken\.yaml:\d+:\d+: error: /));
  write(folder, 'b.yaml', manifest('b', 'one'));
  await eventually(() => expect(types().at(-1)).toBe('ADDED b.example.com'));
  rmSync(join(folder, 'a.yaml'));
  await eventually(() => expect(types().at(-1)).toBe('DELETED a.example.com'));
  expect(types()).toHaveLength(4);
});

const delegation = (...targets: readonly string[]) => `
apiVersion: projectcontour.io/v1
kind: TLSCertificateDelegation
metadata: { name: wildcard, namespace: www }
spec: { delegations: [{ secretName: wildcard, targetNamespaces: [${targets.join(', ')}] }] }
`;

test('delegate list -w tells each delegation that comes and goes', async () => {
  const folder = join(temporaryDirectory(), 'manifests');
  mkdirSync(folder);
  write(folder, 'a.yaml', delegation('one'));
  child = plugin.start(['delegate', 'list', '-f', folder, '-w'], { env: cleanEnv({}) });
  const json = plugin.start(['delegate', 'list', '-f', folder, '-w', '-o', 'json'], { env: cleanEnv({}) });
  const said = { table: '', json: '' };
  child.stdout?.on('data', (chunk) => (said.table += chunk));
  json.stdout?.on('data', (chunk) => (said.json += chunk));
  const events = () =>
    said.json
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; object: { target: string } })
      .map(({ type, object }) => `${type} ${object.target}`);
  const rows = () =>
    said.table
      .trim()
      .split('\n')
      .map((line) => line.split(/ {2,}/));
  try {
    await eventually(() => expect(events()).toEqual(['ADDED one']), 10_000);
    await eventually(() => expect(rows()).toHaveLength(2), 10_000);
    write(folder, 'a.yaml', delegation('one', 'two'));
    await eventually(() => expect(events().at(-1)).toBe('ADDED two'), 10_000);
    await eventually(() => expect(rows()).toHaveLength(3), 10_000);
    write(folder, 'a.yaml', delegation('two'));
    await eventually(() => expect(events().at(-1)).toBe('DELETED one'), 10_000);
    await eventually(() => expect(rows()).toHaveLength(4), 10_000);
    expect(rows().map(([what, , , to, status]) => `${what} ${to} ${status}`)).toEqual([
      'WHAT TO STATUS',
      'secret www/wildcard one unused',
      'secret www/wildcard two unused',
      'secret www/wildcard one deleted',
    ]);
    expect(events()).toHaveLength(3);
  } finally {
    json.kill('SIGKILL');
  }
});

test('delegate list --watch-only tells nothing of what is there at first', async () => {
  const folder = join(temporaryDirectory(), 'manifests');
  mkdirSync(folder);
  write(folder, 'a.yaml', delegation('one'));
  child = plugin.start(['delegate', 'list', '-f', folder, '--watch-only'], { env: cleanEnv({}) });
  let said = '';
  child.stdout?.on('data', (chunk) => (said += chunk));
  let edits = 0;
  await eventually(() => {
    write(folder, 'a.yaml', delegation('one', `other${(edits += 1)}`));
    expect(said).toMatch(/ other\d+ /);
  }, 10_000);
  expect(said).toMatch(/^WHAT /);
  expect(said).not.toMatch(/ one /);
});
