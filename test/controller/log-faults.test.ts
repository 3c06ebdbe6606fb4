import { expect, test } from 'vitest';
import { createFaultLog } from '../../controller/log-faults.ts';
import type { LogFields } from '../../controller/log.ts';
import type { FileFault } from '../../files/manifests.ts';

function fault(line: number): FileFault {
  return { file: 'a.yaml', line, column: 1, message: 'is broken', severity: 'error' };
}

function logged(...turns: readonly (readonly FileFault[])[]): readonly (readonly LogFields[])[] {
  let lines: LogFields[] = [];
  const log = createFaultLog((_level, _message, fields = {}) => lines.push(fields));
  return turns.map((faults) => {
    lines = [];
    log(faults);
    return lines;
  });
}

test('a fault is logged when it comes, again when it comes back, and not in between', () => {
  const place = { file: 'a.yaml', line: 1, column: 1 };
  expect(logged([fault(1)], [fault(1), fault(2)], [fault(2)], [fault(1)])).toEqual([
    [place],
    [{ ...place, line: 2 }],
    [],
    [place],
  ]);
});

test('of many faults the first hundred are logged, and how many there are besides', () => {
  const [lines = []] = logged(Array.from({ length: 250 }, (_, index) => fault(index + 1)));
  expect(lines).toHaveLength(101);
  expect(lines.at(-1)).toEqual({ faults: 150 });
});
