import { Agent, get } from 'node:http';

/** Asks one host again and again on one kept connection. */
export interface Prober {
  /** Milliseconds from `since` until the answer is `wanted`; rejects after ten seconds. */
  until(host: string, path: string, wanted: string, since: number): Promise<number>;
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
    async until(host, path, wanted, since) {
      while (performance.now() - since < 10_000) {
        if ((await ask(host, path)) === `200 ${wanted}`) return performance.now() - since;
      }
      throw new Error(`${host}${path} did not answer ${wanted} within ten seconds`);
    },
    close: () => agent.destroy(),
  };
}
