import { setTimeout as delay } from 'node:timers/promises';
import type { XdsTls } from '../../xds/serve/server.ts';
import type { TlsFiles } from '../config.ts';
import { Fault } from '../fault.ts';
import type { Log } from '../log.ts';
import { followXdsCertificate } from './follow.ts';
import { readXdsCertificate } from './read.ts';

/** What this controller shows to Envoys and to its peers, and whom it believes. */
export interface XdsCertificate {
  readonly tls: XdsTls;
  /** Hands over what the files hold later. Answers how to stop. */
  follow(renew: (tls: XdsTls) => void, log: Log): () => void;
}

/** Throws a Fault where no handshake could be served with the files. */
export async function openXdsCertificate(files: TlsFiles): Promise<XdsCertificate> {
  const first = await readXdsCertificate(files);
  if (!first.valid) throw new Fault(first.reason);
  return {
    tls: first.tls,
    follow(renew, log) {
      const stopping = new AbortController();
      const { signal } = stopping;
      const wait = (ms: number): Promise<void> => delay(ms, undefined, { signal, ref: false });
      const read = (): ReturnType<typeof readXdsCertificate> => readXdsCertificate(files);
      followXdsCertificate(first, { read, renew, log, wait, now: () => new Date() }).catch((error: unknown) => {
        if (!signal.aborted) throw error;
      });
      return () => stopping.abort();
    },
  };
}
