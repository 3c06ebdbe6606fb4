import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { fillManifest } from '../../scripts/krew/manifest.ts';
import { packKrew } from '../../scripts/krew/pack.ts';

interface Manifest {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly version: string;
    readonly shortDescription: string;
    readonly platforms: readonly {
      readonly selector: { readonly matchLabels: { readonly os: string; readonly arch: string } };
      readonly uri: string;
      readonly sha256: string;
      readonly bin: string;
    }[];
  };
}

const url = 'https://downloads.example.com/release';
let folder: string;
let manifest: Manifest;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'kubectl-contour-krew-'));
  await packKrew(folder, url);
  manifest = parse(readFileSync(path.join(folder, 'contour.yaml'), 'utf8')) as Manifest;
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the krew release', () => {
  it('names itself as the index wants it', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(manifest.metadata.name).toBe('contour');
    expect(manifest.spec.version).toBe(`v${version}`);
    expect(manifest.spec.shortDescription).not.toContain('\n');
  });

  it('has one archive for each system that Node serves here', () => {
    const pairs = manifest.spec.platforms.map(
      ({ selector }) => `${selector.matchLabels.os}/${selector.matchLabels.arch}`,
    );
    expect(pairs).toEqual(['linux/amd64', 'linux/arm64', 'darwin/amd64', 'darwin/arm64']);
  });

  it('gives the checksum of each archive', () => {
    for (const { uri, sha256 } of manifest.spec.platforms) {
      expect(uri.startsWith(`${url}/`)).toBe(true);
      const archive = readFileSync(path.join(folder, path.basename(uri)));
      expect(sha256).toBe(createHash('sha256').update(archive).digest('hex'));
    }
  });

  it('unpacks to a command that runs, with its licence', () => {
    const { uri, bin } = manifest.spec.platforms[0] as Manifest['spec']['platforms'][number];
    const unpacked = mkdtempSync(path.join(folder, 'unpacked-'));
    execFileSync('tar', ['-xzf', path.join(folder, path.basename(uri)), '-C', unpacked]);
    expect(readFileSync(path.join(unpacked, 'LICENSE'), 'utf8')).toContain('Apache License');
    expect(readFileSync(path.join(unpacked, 'dist/THIRD-PARTY-NOTICES.txt'), 'utf8')).toContain('re2js');
    const version = execFileSync(path.join(unpacked, bin), ['version', '--client'], {
      encoding: 'utf8',
      timeout: 10_000,
    });
    expect(version).toContain(manifest.spec.version);
  });
});

it('refuses a template that asks for what the build does not make', () => {
  const release = { version: '1.0.0', url, archives: [] };
  expect(() => fillManifest('sha256: {{sha256 plan9-mips}}', release)).toThrow('sha256 plan9-mips');
});
