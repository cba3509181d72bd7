import { join } from 'node:path';
import { WRITES } from '../data/operations.ts';
import { registrations, SIZES, type RegistrySize } from '../data/registry.ts';
import { registerAll } from '../load/register.ts';
import { CORES } from '../machine.ts';
import type { Slice } from '../measure/candidate.ts';
import { against, measuredTable, ratioVerdict } from '../measure/compare.ts';
import { measure, measureWithRaw, type Measured } from '../measure/measure.ts';
import type { Rounds } from '../rounds.ts';
import type { Bench, Section, Table } from '../section.ts';
import { PRODUCT, startEurek8s } from '../servers/eurek8s.ts';
import { startLineup } from '../servers/lineup.ts';
import { RAW } from '../servers/raw.ts';
import { stage } from '../servers/server.ts';
import { startStock, stockName } from '../servers/stock.ts';
import { roundByRound } from '../statistics.ts';
import type { Verdict } from '../verdict.ts';

/** The name of the server with 10,000 instances beside the one with 100,000. */
const WITH_MEDIUM = `${PRODUCT} (${SIZES.medium.name} instances)`;

export const writes: Section = {
  name: 'writes',
  title: 'Heartbeats and registrations',
  about:
    'Standalone, 16 connections: heartbeats of every instance in turn, and registrations each of which changes the metadata of an instance. Raw is node:http that reads the request and sends the answer of Eurek8s. Besides, heartbeats to a stock server of the current generation with 10,000 instances, directly and through Eurek8s in front of it (not in quick mode).',
  run: async (bench) => {
    const all: Measured[] = [];
    const tables: Table[] = [];
    for (const size of bench.quick ? [SIZES.medium] : bench.sizes) {
      const measured = await measureAt(bench, size);
      all.push(...measured);
      tables.push(measuredTable(`${size.name} instances`, measured));
    }
    for (const measured of bench.quick ? [] : await forwarded(bench)) {
      all.push(measured);
      tables.push(measuredTable(`${measured.operation} to a legacy`, [measured], () => THROUGH));
    }
    return { tables, verdicts: all.flatMap(({ verdicts }) => verdicts) };
  },
};

async function measureAt(bench: Bench, size: RegistrySize): Promise<readonly Measured[]> {
  return stage(async (keep) => {
    // A quick run leaves stock servers out: starting, loading and warming them takes too long.
    const generations = bench.quick || size === SIZES.large ? [] : (['hoxton', 'current'] as const);
    const candidates = await startLineup(bench, keep, size, generations);
    // Measured in the same rounds, for the effect of the size of the registry.
    const others = size === SIZES.large ? await startLineup(bench, keep, SIZES.medium, []) : [];
    const heartbeat = await measureWithRaw(bench, {
      operation: WRITES.heartbeat,
      candidates: [...candidates, ...others.map((other) => ({ ...other, name: WITH_MEDIUM }))],
      judge: (slices) => heartbeatVerdicts(size, slices),
    });
    if (bench.quick) return [heartbeat];
    // After the heartbeats: registrations leave stock servers with long queues of recent changes.
    return [heartbeat, await measureWithRaw(bench, { operation: WRITES.register, candidates })];
  });
}

function heartbeatVerdicts(size: RegistrySize, slices: Rounds<Slice>): readonly Verdict[] {
  const verdict = (other: string, server: string, bars: { bar: number; ciBar?: number }): readonly Verdict[] =>
    ratioVerdict({ what: `heartbeat, ${size.name} instances: against ${other}`, ...bars }, against(slices, server));
  const ourselves = `ourselves with ${SIZES.medium.name}`;
  const all = [...verdict(RAW, RAW, { bar: 0.8, ciBar: 0.6 }), ...verdict(ourselves, WITH_MEDIUM, { bar: 0.9 })];
  if (size !== SIZES.medium) return all;
  const [hoxton, current] = [stockName('hoxton', 'production'), stockName('current', 'production')];
  return [...all, ...verdict(hoxton, hoxton, { bar: 100, ciBar: 30 }), ...verdict(current, current, { bar: 3 })];
}

const THROUGH = 'through Eurek8s';
const DIRECT = 'stock current, direct';

/** Measures heartbeats to a stock server on the core of the load, directly and through Eurek8s, in turns. */
async function forwarded(bench: Bench): Promise<readonly Measured[]> {
  return stage(async (keep) => {
    const dir = join(bench.workDir, 'forwarded');
    const options = { freshness: 'fresh', dir: join(dir, 'stock'), core: CORES.load } as const;
    const stock = await keep(startStock({ generation: 'current', ...options }));
    await registerAll(stock.url, registrations(SIZES.medium));
    const config = { legacy: { urls: [`${stock.url}/eureka`] } };
    const eurek8s = await keep(startEurek8s({ program: bench.program, dir, config, until: 'ready' }));
    const candidates = [
      { name: DIRECT, server: stock, size: SIZES.medium },
      { name: THROUGH, server: eurek8s, size: SIZES.medium },
    ];
    const one = { ...WRITES.heartbeat, name: 'heartbeat, one connection' };
    return [
      await measure(bench, { operation: one, candidates, connections: 1, judge: addedLatency }),
      await measure(bench, { operation: WRITES.heartbeat, candidates }),
    ];
  });
}

function addedLatency(slices: Rounds<Slice>): readonly Verdict[] {
  const [through = [], direct = []] = [slices.get(THROUGH), slices.get(DIRECT)];
  const what = 'forwarded heartbeat, added latency p50 against direct, one connection';
  const samples = roundByRound(through, direct, (ours, theirs) => ours.p50Ms - theirs.p50Ms);
  return [{ what, samples, unit: 'ms', bar: 0.5, sense: 'at most' }];
}
