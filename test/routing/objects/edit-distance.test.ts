import { expect, test } from 'vitest';
import { closest } from '../../../routing/objects/edit-distance.ts';

const fields = ['tls', 'fqdn', 'routes', 'includes', 'authorization'];

test.each([
  ['routes', 'routes'],
  ['Routes', 'routes'],
  ['rotues', 'routes'],
  ['route', 'routes'],
  ['rouutes', 'routes'],
  ['rouxxes', 'routes'],
  ['ruoets', 'routes'],
  ['authorisaton', 'authorization'],
  ['tsl', 'tls'],
  ['TLS', 'tls'],
  ['fdqn', 'fqdn'],
  ['url', null],
  ['ro', null],
  ['roxxxs', null],
  ['', null],
  ['services', null],
  ['a'.repeat(1_000_000), null],
])('%s', (name, meant) => {
  expect(closest(name, fields)).toBe(meant);
});
