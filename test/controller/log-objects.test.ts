import { expect, test } from 'vitest';
import { logObjects } from '../../controller/log-objects.ts';
import type { LogFields } from '../../controller/log.ts';
import type { ObjectStatus } from '../../routing/graph/graph.ts';

function statusOf(name: string, diagnostics: number, currentStatus: ObjectStatus['currentStatus']): ObjectStatus {
  const ref = { kind: 'HTTPProxy', namespace: 'shop', name } as const;
  const diagnostic: ObjectStatus['diagnostics'][number] = {
    subject: ref,
    pointer: '/spec',
    type: 'SpecError',
    reason: 'InvalidField',
    message: 'no',
    severity: 'error',
  };
  const seen = { generation: 1, hosts: [], included: { first: [], total: 0 }, claim: null };
  return {
    ref,
    ...seen,
    currentStatus,
    description: 'nobody includes it',
    diagnostics: Array(diagnostics).fill(diagnostic),
  };
}

function logged(statuses: readonly ObjectStatus[]): readonly LogFields[] {
  const lines: LogFields[] = [];
  const place = { file: 'shop.yaml', line: 2, column: 3 };
  logObjects(
    (level, message, fields) => lines.push({ level, message, ...fields }),
    statuses,
    () => place,
  );
  return lines;
}

test('what is wrong is logged with its place; what is well is not', () => {
  expect(logged([statusOf('a', 1, 'invalid'), statusOf('b', 0, 'valid'), statusOf('c', 0, 'orphaned')])).toEqual([
    {
      level: 'error',
      message: 'no',
      object: 'HTTPProxy/shop/a',
      reason: 'InvalidField',
      file: 'shop.yaml',
      line: 2,
      column: 3,
    },
    { level: 'warning', message: 'nobody includes it', object: 'HTTPProxy/shop/c', status: 'orphaned' },
  ]);
});

test('of many wrong objects the first hundred are logged, and how many more there are', () => {
  const many = Array.from({ length: 10_000 }, (_, index) => statusOf(`p${index}`, 3, 'invalid'));
  const lines = logged([statusOf('well', 0, 'valid'), ...many]);
  expect(lines).toHaveLength(301);
  expect(lines[300]).toEqual({
    level: 'warning',
    message: 'more objects have something wrong: /debug/objects lists them all',
    objects: 9_900,
  });
  expect(logged(many.slice(0, 100))).toHaveLength(300);
});
