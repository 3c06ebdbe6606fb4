export interface TarEntry {
  /** Path in the archive, at most 100 bytes, with `/` between its parts. */
  readonly name: string;
  readonly content: Uint8Array;
  readonly executable: boolean;
}

const blockSize = 512;

/** A ustar archive (POSIX.1-1988) without times and owners: the same entries give the same bytes. */
export function tar(entries: readonly TarEntry[]): Uint8Array {
  const blocks = entries.flatMap((entry) => [header(entry), padded(entry.content)]);
  return Buffer.concat([...blocks, Buffer.alloc(2 * blockSize)]);
}

function header(entry: TarEntry): Uint8Array {
  if (Buffer.byteLength(entry.name) > 100) throw new Error(`the path ${entry.name} is too long for a ustar archive`);
  const block = Buffer.alloc(blockSize);
  block.write(entry.name, 0);
  block.write(entry.executable ? '0000755\0' : '0000644\0', 100);
  block.write('0000000\0'.repeat(2), 108);
  block.write(`${octal(entry.content.length)}\0`, 124);
  block.write(`${octal(0)}\0`, 136);
  block.write('ustar\x0000', 257);
  block.write('0', 156);
  // The checksum is taken as if its own field held spaces.
  block.write(' '.repeat(8), 148);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

function octal(value: number): string {
  return value.toString(8).padStart(11, '0');
}

function padded(content: Uint8Array): Uint8Array {
  return Buffer.concat([content, Buffer.alloc((blockSize - (content.length % blockSize)) % blockSize)]);
}
