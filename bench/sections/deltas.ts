import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { instanceCount, SIZES, spreadRegistration, REGISTERED_AT } from '../data/registry.ts';
import { ask, JSON_GZIP } from '../load/ask.ts';
import { changeUntil, registerAll } from '../load/register.ts';
import type { Candidate } from '../measure/candidate.ts';
import { bytesText, figure } from '../report/text.ts';
import type { Bench, Section, Table } from '../section.ts';
import { PRODUCT } from '../servers/eurek8s.ts';
import { startJavaCaller } from '../servers/java-caller.ts';
import { startLineup } from '../servers/lineup.ts';
import { stage } from '../servers/server.ts';
import type { Verdict } from '../verdict.ts';

/** Changes a second, and how long until all servers have the delta of that rate: the longest window, then samples. */
const RATES = [
  { perSecond: 10, settleSeconds: 240, callers: true, bar: 0.95 },
  { perSecond: 50, settleSeconds: 240, callers: true, bar: 0.95 },
  { perSecond: 1, settleSeconds: 305, callers: false, bar: undefined },
] as const;

/** Two periods of a stock server's cache, over which the size of its delta goes up and down. */
const SAMPLED_SECONDS = 60;
const COUNTED_EVERY_SECONDS = 10;
const BURST = 1000;
const BURST_SECONDS = 240;
/** Of a client that polls every 30 s. */
const POLLS_PER_MINUTE = 2;
const SIZE = SIZES.medium;

export const deltas: Section = {
  name: 'deltas',
  title: 'What the deltas cost a client',
  about:
    '10,000 instances, of which so many a second are registered anew with other metadata, at all servers alike, each instance once in a round. When the delta of that rate is complete (after more than its window), it is fetched every second for a minute, as Java clients ask for it; the mean, twice a minute, is what a client fetches that polls every 30 s. Meanwhile a Spring Cloud application polls each server every second; its CPU time has all that a client does: unpacking, parsing, and putting its own registry in order, which has all instances whatever the delta has. At last 1,000 instances change at once. Not in quick mode: it takes 20 minutes, most of which is waiting.',
  run: async (bench) => {
    if (bench.quick) return { tables: [], verdicts: [] };
    return stage(async (keep) => {
      const lineup = await startLineup(bench, keep, SIZE, ['hoxton', 'current']);
      const callers = await Promise.all(
        lineup.map(async ({ name, server }) => {
          const dir = join(bench.workDir, `caller-${server.port}`);
          return { name, caller: await keep(startJavaCaller(`${server.url}/eureka`, dir)) };
        }),
      );
      const cpuOf = (): ReadonlyMap<string, number> => new Map(callers.map(({ name, caller }) => [name, caller.cpu()]));
      const rows: (readonly string[])[] = [];
      const verdicts: Verdict[] = [];
      for (const rate of RATES) {
        const sizes = await whileChanging(lineup, rate.perSecond, async () => {
          await sleep(rate.settleSeconds * 1000);
          const before = cpuOf();
          const samples = await sampled(lineup, SAMPLED_SECONDS);
          const after = cpuOf();
          return lineup.map(({ name }) => ({
            name,
            bytes: mean((samples.get(name) ?? []).map(({ bytes }) => bytes)),
            instances: mean((samples.get(name) ?? []).flatMap(({ instances }) => instances ?? [])),
            cpu: (after.get(name) ?? 0) - (before.get(name) ?? 0),
          }));
        });
        const ours = sizes.find(({ name }) => name === PRODUCT);
        if (ours === undefined) throw new Error(`${PRODUCT} is not among those that are measured`);
        for (const { name, bytes, instances, cpu } of sizes) {
          const ratio = (our: number, their: number): string => (name === PRODUCT ? '' : figure(our / their));
          rows.push([
            `${rate.perSecond}`,
            name,
            `${Math.round(instances)}`,
            bytesText(Math.round(bytes)),
            bytesText(Math.round(bytes * POLLS_PER_MINUTE)),
            ratio(ours.bytes, bytes),
            rate.callers ? `${figure((cpu / SAMPLED_SECONDS) * 1000)} ms` : '',
            rate.callers ? ratio(ours.cpu, cpu) : '',
          ]);
          if (name === PRODUCT || rate.bar === undefined) continue;
          verdicts.push({
            what: `bytes of deltas at ${rate.perSecond} changes/s, against ${name}`,
            samples: [ours.bytes / bytes],
            unit: '×',
            bar: rate.bar,
            sense: 'at most',
          });
        }
        bench.say(`deltas at ${rate.perSecond} changes/s: ${sizes.map((each) => JSON.stringify(each)).join(' ')}`);
      }
      const columns = [
        'changes/s',
        'server',
        'instances',
        'delta',
        'a client and minute',
        'Eurek8s / it',
        "a poll's CPU in Java",
        'Eurek8s / it',
      ];
      return { tables: [{ title: 'At a steady rate', columns, rows }, await burst(bench, lineup)], verdicts };
    });
  },
};

/** Changes instances of all servers at this rate until `work` is done. */
async function whileChanging<T>(lineup: readonly Candidate[], perSecond: number, work: () => Promise<T>): Promise<T> {
  const over = new AbortController();
  const changing = lineup.map(({ server }) =>
    changeUntil(over.signal, server.url, SIZE, perSecond, instanceCount(SIZE)),
  );
  try {
    return await work();
  } finally {
    over.abort();
    await Promise.all(changing);
  }
}

interface Sample {
  readonly bytes: number;
  /** Counted now and then, because unpacking takes time. */
  readonly instances: number | undefined;
}

/** The delta, each second, by the name of the server. */
async function sampled(lineup: readonly Candidate[], seconds: number): Promise<ReadonlyMap<string, readonly Sample[]>> {
  const samples = new Map(lineup.map(({ name }) => [name, [] as Sample[]]));
  const begun = performance.now();
  for (let second = 0; second < seconds; second++) {
    await sleep(Math.max(0, begun + second * 1000 - performance.now()));
    for (const { name, server } of lineup) {
      const { body } = await ask(`${server.url}/eureka/apps/delta`, { headers: JSON_GZIP });
      const instances = second % COUNTED_EVERY_SECONDS === 0 ? instancesIn(body) : undefined;
      samples.get(name)?.push({ bytes: body.length, instances });
    }
  }
  return samples;
}

function instancesIn(gzipped: Buffer): number {
  return gunzipSync(gzipped).toString('latin1').split('"actionType"').length - 1;
}

/** 1,000 changes at once, beside one a second. */
async function burst(bench: Bench, lineup: readonly Candidate[]): Promise<Table> {
  return whileChanging(lineup, 1, async () => {
    const changed = Array.from({ length: BURST }, (_, nth) =>
      spreadRegistration(SIZE, nth, BURST, { marker: `burst-${nth}`, dirtyAt: REGISTERED_AT + 1e9 }),
    );
    await Promise.all(lineup.map(({ server }) => registerAll(server.url, changed)));
    const samples = await sampled(lineup, BURST_SECONDS);
    bench.say(`deltas after ${BURST} changes at once`);
    const minutes = Array.from({ length: BURST_SECONDS / 60 }, (_, minute) => minute);
    const rows = lineup.map(({ name }) => {
      const all = (samples.get(name) ?? []).map(({ bytes }) => bytes);
      const each = minutes.map((minute) => POLLS_PER_MINUTE * mean(all.slice(minute * 60, (minute + 1) * 60)));
      return [name, ...[...each, each.reduce((sum, some) => sum + some, 0)].map((sum) => bytesText(Math.round(sum)))];
    });
    const columns = ['server', ...minutes.map((minute) => `minute ${minute + 1}`), 'in all'];
    return { title: `A client's bytes after ${BURST} changes at once, beside one a second`, columns, rows };
  });
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
