import { Buffer } from 'node:buffer';

/**
 * Node makes small buffers out of large ones, each of which stays whole for as long as any part of it is in use, whatever
 * else has been in it: keys would stay after their Secrets. https://nodejs.org/api/buffer.html#bufferpoolsize
 */
export function poolNoBuffers(): void {
  Buffer.poolSize = 0;
}
