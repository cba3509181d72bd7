import { Agent, request } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** Milliseconds of ordinary reads, one after the other. */
export interface Latency {
  readonly median: number;
  readonly slowest: number;
}

const TIMEOUT_MS = 30_000;

/** An ordinary client on one connection. Rejects when an answer is not right. */
export class Reader {
  readonly #url: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });

  constructor(url: string) {
    this.#url = url;
  }

  async latency(reads: number): Promise<Latency> {
    const times: number[] = [];
    for (let i = 0; i < reads; i++) {
      const begun = performance.now();
      await this.#read();
      times.push(performance.now() - begun);
    }
    times.sort((a, b) => a - b);
    return { median: times[Math.floor(times.length / 2)] ?? 0, slowest: times.at(-1) ?? 0 };
  }

  close(): void {
    this.#agent.destroy();
  }

  #read(): Promise<void> {
    return new Promise((resolve, reject) => {
      const headers = { accept: 'application/json', 'accept-encoding': 'gzip' };
      const asked = request(
        `${this.#url}/eureka/apps/READ`,
        { agent: this.#agent, headers, timeout: TIMEOUT_MS },
        (answer) => {
          buffer(answer).then(
            (body) =>
              answer.statusCode === 200 && body.length > 0
                ? resolve()
                : reject(new Error(`read: ${answer.statusCode}`)),
            reject,
          );
        },
      );
      asked.once('timeout', () => asked.destroy(new Error(`a read was not answered within ${TIMEOUT_MS} ms`)));
      asked.once('error', reject);
      asked.end();
    });
  }
}
