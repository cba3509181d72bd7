import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { READS, WRITES } from '../data/operations.ts';
import { registrations, SIZES } from '../data/registry.ts';
import { ask, JSON_GZIP, sixteenAtOnce, textOf } from '../load/ask.ts';
import { registerAll } from '../load/register.ts';
import type { Candidate } from '../measure/candidate.ts';
import { measuredTable, ratioVerdict } from '../measure/compare.ts';
import { measure, type Measured } from '../measure/measure.ts';
import { allTurns, inPairs, ratiosOfPairs } from '../measure/pairs.ts';
import { residentBytes } from '../machine.ts';
import { memoryMb } from '../report/text.ts';
import type { Bench, Section, SectionResult } from '../section.ts';
import { PRODUCT, STANDALONE, startEurek8s } from '../servers/eurek8s.ts';
import { stage } from '../servers/server.ts';
import { bundleWithoutCensus } from '../servers/without-memory.ts';

const NEITHER = `${PRODUCT}, neither`;
const COST = { bar: 0.95, ciBar: 0.7 } as const;
const FORGETFUL = { ...STANDALONE, history: { keep: '0s' } } as const;

/** An hour of ten changes a second. */
const CHANGES = 36_000;
/** MB by which the process may be larger for it: twice the 48 MiB that are kept at most, as a heap is larger than what lives in it. */
const MEMORY_BAR_MB = 96;
/** Changes in one answer. */
const PAGE = 10_000;

export const recall: Section = {
  name: 'recall',
  title: 'Census and history',
  about:
    'With the census of callers and the change log, as shipped, beside a build of the same sources that counts no callers, with `history.keep: 0s`. 10,000 instances, 16 connections each; fresh processes of both in each round, under load at the same moment on one core. A ratio is that of their CPU time per request. The memory is that of an hour of ten status changes a second, made as fast as the server takes them, beside a process that went through the same and keeps none.',
  run: async (bench) => {
    const speed = await hotPath(bench);
    if (bench.quick) return speed;
    const memory = await memoryOfAnHour(bench);
    return { tables: [...speed.tables, ...memory.tables], verdicts: [...speed.verdicts, ...memory.verdicts] };
  },
};

async function hotPath(bench: Bench): Promise<SectionResult> {
  const without = await bundleWithoutCensus(bench.workDir);
  const operations = bench.quick
    ? [WRITES.heartbeat]
    : [READS.application, READS.vip, WRITES.heartbeat, WRITES.register];
  const both = [
    { name: PRODUCT, program: bench.program, config: STANDALONE },
    { name: NEITHER, program: without, config: FORGETFUL },
  ];
  const paired = await inPairs(bench, (turns, round) =>
    stage(async (keep) => {
      const start = async (name: string, program: string, config: object): Promise<Candidate> => {
        const dir = join(turns.workDir, `recall-${name}-${round}`);
        const server = await keep(startEurek8s({ program, dir, config: { ...config } }));
        await registerAll(server.url, registrations(SIZES.medium));
        return { name, server, size: SIZES.medium };
      };
      const candidates: Candidate[] = [];
      for (const { name, program, config } of round % 2 === 0 ? both : both.toReversed())
        candidates.push(await start(name, program, config));
      const measured: Measured[] = [];
      for (const operation of operations)
        measured.push(await measure(turns, { operation, candidates, sideBySide: true }));
      return measured;
    }),
  );
  return {
    tables: [measuredTable('The hot path', paired.map(allTurns))],
    verdicts: paired.flatMap((each) =>
      ratioVerdict(
        {
          what: `${each.operation} with census and history against neither, ${SIZES.medium.name} instances`,
          ...COST,
        },
        ratiosOfPairs(each, NEITHER),
      ),
    ),
  };
}

async function memoryOfAnHour(bench: Bench): Promise<SectionResult> {
  const kept = await afterAnHour(bench, '1h');
  const none = await afterAnHour(bench, '0s');
  return {
    tables: [
      {
        title: 'An hour of changes',
        columns: ['history.keep', 'resident memory', 'counted as kept', `remembered of ${CHANGES} changes`],
        rows: [
          ['1h', `${memoryMb(kept.resident)} MB`, `${memoryMb(kept.counted)} MB`, String(kept.remembered)],
          ['0s', `${memoryMb(none.resident)} MB`, `${memoryMb(none.counted)} MB`, String(none.remembered)],
        ],
      },
    ],
    verdicts: [
      {
        what: `memory for an hour of ten changes a second, ${SIZES.medium.name} instances`,
        samples: [memoryMb(kept.resident) - memoryMb(none.resident)],
        unit: 'MB',
        bar: MEMORY_BAR_MB,
        sense: 'at most',
      },
    ],
  };
}

interface AfterAnHour {
  /** Bytes. */
  readonly resident: number;
  /** Bytes, as the metric says. */
  readonly counted: number;
  readonly remembered: number;
}

async function afterAnHour(bench: Bench, keepFor: string): Promise<AfterAnHour> {
  bench.say(`recall: memory of ${CHANGES} changes, history.keep ${keepFor}`);
  return stage(async (keep) => {
    const dir = join(bench.workDir, `recall-hour-${keepFor}`);
    const config = { ...STANDALONE, history: { keep: keepFor } };
    const { url, pid } = await keep(startEurek8s({ program: bench.program, dir, config }));
    const all = [...registrations(SIZES.medium)];
    await registerAll(url, all);
    const targets = Array.from({ length: CHANGES }, (_, i) => {
      const { app, id } = all[i % all.length] ?? all[0] ?? { app: '', id: '' };
      return `${app}/${id}/status?value=${Math.floor(i / all.length) % 2 === 0 ? 'OUT_OF_SERVICE' : 'UP'}`;
    });
    await sixteenAtOnce(targets, async (target, agent) => {
      const { status } = await ask(`${url}/eureka/apps/${target}`, { method: 'PUT', agent });
      if (status !== 200) throw new Error(`${target} was answered ${status}`);
    });
    // The garbage of the writes is collected some time after the process is at rest.
    await sleep(10_000);
    const metrics = (await ask(`${url}/metrics`)).body.toString();
    return {
      resident: residentBytes(pid),
      counted: Number(/^eurek8s_history_bytes (\S+)$/m.exec(metrics)?.[1] ?? Number.NaN),
      remembered: await rememberedBy(url),
    };
  });
}

async function rememberedBy(url: string): Promise<number> {
  let count = 0;
  for (let since = 0; ;) {
    const answer = await ask(`${url}/eurek8s/changes?since=${since}&limit=${PAGE}`, { headers: JSON_GZIP });
    const { changes, more } = JSON.parse(await textOf(answer)) as {
      readonly changes: readonly { readonly version: number; readonly kind: string }[];
      readonly more?: true;
    };
    // The registrations before are changes as well.
    count += changes.filter(({ kind }) => kind === 'modified').length;
    since = changes.at(-1)?.version ?? since;
    if (more !== true) return count;
  }
}
