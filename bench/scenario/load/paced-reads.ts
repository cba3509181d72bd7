import { percentile } from '../../statistics.ts';
import { Connection, requestBytes } from './connection.ts';

export interface PacedReadsInput {
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly perSecond: number;
  readonly milliseconds: number;
}

/** Milliseconds, from the moment at which a read was due: one that had to wait for a late one before it counts as late. */
export interface PacedReadsResult {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly worst: number;
  readonly wrong: number;
}

const CONNECTIONS = 4;

/** Reads at a fixed rate, far below what the server could do: what is measured is the latency one client sees. */
async function main(input: PacedReadsInput): Promise<void> {
  const request = requestBytes('GET', input.path, input.headers);
  const latencies: number[] = [];
  let wrong = 0;
  const startedAt = performance.now();
  const gap = (1000 * CONNECTIONS) / input.perSecond;
  const one = async (_: unknown, index: number): Promise<void> => {
    const connection = await Connection.open(input.port);
    for (let due = startedAt + (gap * index) / CONNECTIONS; due - startedAt < input.milliseconds; due += gap) {
      const early = due - performance.now();
      if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
      // A timer that fires late is this process's fault; a connection that was not free in time is the server's.
      const since = early > 0 ? performance.now() : due;
      const { status } = await connection.ask(request);
      latencies.push(performance.now() - since);
      if (status !== 200) wrong++;
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, one));
  const result: PacedReadsResult = {
    count: latencies.length,
    p50: percentile(latencies, 50),
    p99: percentile(latencies, 99),
    worst: Math.max(...latencies),
    wrong,
  };
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

await main(JSON.parse(process.argv[2] ?? '{}') as PacedReadsInput);
