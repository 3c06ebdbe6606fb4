import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RouteItem } from '../../routing/route-item.ts';
import { contourBin } from '../support/contour-dev.ts';
import { eventually } from '../support/eventually.ts';
import { freePorts } from '../support/free-ports.ts';
import { examplesFolder } from './expectations.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'contour-ingresses-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

it('gives the path to the same Ingress over 50 restarts, whichever file is read first', async () => {
  for (let restart = 0; restart < 50; restart += 1) {
    const order = restart % 2 === 0 ? ['team-a.yaml', 'team-b.yaml'] : ['team-b.yaml', 'team-a.yaml'];
    const world = path.join(folder, `${restart}`);
    for (const [place, file] of order.entries()) {
      cpSync(path.join(examplesFolder, 'two-ingresses', file), path.join(world, `${place}.yaml`));
    }
    const [winner, loser] = await claims(world);
    expect(winner?.source.namespace).toBe('teama');
    expect(loser?.source.namespace).toBe('teamb');
    expect(loser?.holder?.namespace).toBe('teama');
  }
}, 120_000);

/** What a controller started on that folder says of the host: the row that serves, then the one that lost. */
async function claims(world: string): Promise<readonly RouteItem[]> {
  const [debugPort = 0, xdsPort = 0] = await freePorts(2);
  const ports = ['--debug-http-port', `${debugPort}`, '--xds-port', `${xdsPort}`];
  const contour = spawn(process.execPath, [contourBin, 'serve', '--manifests', world, '--insecure', ...ports], {
    stdio: 'ignore',
  });
  try {
    const debug = `http://127.0.0.1:${debugPort}`;
    await eventually(async () => expect((await fetch(`${debug}/readyz`)).status).toBe(200));
    const answer = await fetch(`${debug}/debug/routes?host=projectcontour.io&invalid=true`);
    return ((await answer.json()) as { readonly items: readonly RouteItem[] }).items;
  } finally {
    const ended = once(contour, 'exit');
    contour.kill('SIGTERM');
    await ended;
  }
}
