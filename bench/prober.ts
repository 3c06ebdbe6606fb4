import { Agent, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** Asks one host again and again on one kept connection. */
export interface Prober {
  /** Milliseconds from `since` until the answer is `wanted`; rejects after `patience` milliseconds. */
  until(host: string, path: string, wanted: string, since: number, patience?: number): Promise<number>;
  close(): void;
}

export function createProber(port: number): Prober {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });

  function ask(host: string, path: string): Promise<string> {
    return new Promise((resolve, reject) => {
      get({ agent, host: '127.0.0.1', port, path, headers: { host } }, (response) => {
        let body = '';
        response.on('data', (chunk) => (body += chunk));
        response.on('end', () => resolve(`${response.statusCode} ${body}`));
      }).on('error', reject);
    });
  }

  return {
    async until(host, path, wanted, since, patience = 10_000) {
      while (performance.now() - since < patience) {
        const answer = await ask(host, path).catch(() => null);
        if (answer === `200 ${wanted}`) return performance.now() - since;
        // Nobody listens yet: asked all the time, this would take a fifth of a processor from those who start.
        if (answer === null) await sleep(20);
      }
      throw new Error(`${host}${path} did not answer ${wanted} within ${patience / 1000} s`);
    },
    close: () => agent.destroy(),
  };
}
