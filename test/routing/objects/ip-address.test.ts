import { isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isIpAddress } from '../../../routing/objects/ip-address.ts';

describe('an IP address', () => {
  test.each([
    '10.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    'fd00::1:2',
    '1:2:3:4:5:6:7:8',
    '::ffff:10.0.0.1',
    '1:2:3:4:5:6:10.0.0.1',
    '1::',
    '1:2:3:4:5:6:7::',
  ])('%s is one', (text) => expect(isIpAddress(text)).toBe(true));

  test.each([
    '',
    'localhost',
    '10.0.0',
    '10.0.0.256',
    '10.0.0.01',
    '10.0.0.1 ',
    '10.0.0.1:80',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '10.0.0.1::',
    'fe80::1%eth0',
    '[::1]',
    '12345::',
  ])('"%s" is none', (text) => expect(isIpAddress(text)).toBe(false));

  test('is what the platform takes for one, zones aside', () => {
    const near = fc.string({ unit: fc.constantFrom('1', 'f', ':', '::', '.', '10.0.0.1', '0'), maxLength: 12 });
    const text = fc.oneof(near, fc.ipV4(), fc.ipV6());
    fc.assert(
      fc.property(text, (address) => isIpAddress(address) === isIP(address) > 0),
      { numRuns: 20_000 },
    );
  });
});
