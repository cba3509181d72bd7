import { applicationName, registration } from '../../data/registry.ts';
import type { RegistrySize } from '../../section.ts';
import { percentile } from '../../statistics.ts';
import { Connection, requestBytes } from './connection.ts';

export interface HeartbeatsInput {
  readonly port: number;
  /** Heartbeats go to the instances of this registry, one after the other, over and over. */
  readonly size: RegistrySize;
  readonly connections: number;
  readonly milliseconds: number;
}

/** Milliseconds. */
export interface HeartbeatsResult {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  /** Answered with anything but 200. */
  readonly wrong: number;
  readonly perSecond: number;
}

/** Not every instance: as many as make different ones meet the server each time. */
const INSTANCES = 2000;

/** A closed loop: each connection sends its next heartbeat when the one before has been answered. */
async function main(input: HeartbeatsInput): Promise<void> {
  const requests = heartbeatsOf(input.size);
  const latencies: number[] = [];
  let next = 0;
  let wrong = 0;
  const startedAt = performance.now();
  const one = async (): Promise<void> => {
    let connection = await Connection.open(input.port);
    while (performance.now() - startedAt < input.milliseconds) {
      const request = requests[next++ % requests.length] as Buffer;
      const sentAt = performance.now();
      const { status, last } = await connection.ask(request);
      latencies.push(performance.now() - sentAt);
      if (status !== 200) wrong++;
      // Tomcat closes a connection after 100 requests.
      if (last) {
        connection.close();
        connection = await Connection.open(input.port);
      }
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: input.connections }, one));
  const seconds = (performance.now() - startedAt) / 1000;
  const result: HeartbeatsResult = {
    count: latencies.length,
    p50: percentile(latencies, 50),
    p99: percentile(latencies, 99),
    wrong,
    perSecond: latencies.length / seconds,
  };
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

/** As Java clients send them: a PUT without a body, and what the client knows of itself in the query. */
function heartbeatsOf(size: RegistrySize): readonly Buffer[] {
  const step = Math.max(1, Math.floor(size.applications / INSTANCES));
  const requests: Buffer[] = [];
  for (let app = 0; app < size.applications && requests.length < INSTANCES; app += step) {
    const { id } = registration(size, app, app % size.instancesEach);
    requests.push(
      requestBytes('PUT', `/eureka/apps/${applicationName(app)}/${id}?status=UP`, { accept: 'application/json' }),
    );
  }
  return requests;
}

await main(JSON.parse(process.argv[2] ?? '{}') as HeartbeatsInput);
