import { describe, expect, it } from 'vitest';
import { parse } from './command-line.ts';
import { unshareFault } from './namespace.ts';

describe('the command line', () => {
  it.each([
    ['', { command: 'help' }],
    ['up --help', { command: 'help' }],
    ['up', { command: 'up', name: 'default' }],
    ['down --name a', { command: 'down', name: 'a' }],
    [
      'exec -- kubectl get nodes --name x -- y',
      { command: 'exec', name: null, words: 'kubectl get nodes --name x -- y' },
    ],
    ['exec --name=a -- true', { command: 'exec', name: 'a', words: 'true' }],
    ['build', { command: 'build' }],
  ])('%j is understood', (line, order) => {
    const words = 'words' in order ? { words: order.words.split(' ') } : {};
    expect(parse(line.split(' '))).toEqual({ ...order, ...words });
  });

  it.each([
    ['exec', 'takes a command'],
    ['exec kubectl', 'unexpected'],
    ['up -- true', 'only exec does'],
    ['sideways', 'one of up, down, exec, build'],
    ['up --name ../x', '--name takes'],
    ['up --colour', 'colour'],
  ])('%j is refused in a line that says why', (line, reason) => {
    expect(() => parse(line.split(' '))).toThrow(new RegExp(`^[^\\n]*${reason}[^\\n]*$`, 'i'));
  });
});

it('says what it needs where namespaces cannot be made', () => {
  expect(unshareFault('unshare: unshare failed: Operation not permitted\n').message).toBe(
    'the rig needs root, or a kernel that lets users make namespaces (unshare: unshare failed: Operation not permitted)',
  );
  expect(unshareFault('something else\nand more').message).toBe('something else');
});
