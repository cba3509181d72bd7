import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { cpuSeconds } from '../../test/support/cpu-time.ts';
import { until } from '../../test/testbed/until.ts';
import { READS } from '../data/operations.ts';
import { SIZES, type RegistrySize } from '../data/registry.ts';
import { ask, JSON_GZIP } from '../load/ask.ts';
import { rightAnswer } from '../load/right-answer.ts';
import type { Timed } from '../measure/compare.ts';
import { withInterval } from '../report/text.ts';
import { untilDecided, type Rounds } from '../rounds.ts';
import type { Bench, Section } from '../section.ts';
import { startEurek8s, STANDALONE } from '../servers/eurek8s.ts';
import { startPlayback } from '../servers/playback.ts';
import { stage } from '../servers/server.ts';
import type { Verdict } from '../verdict.ts';

const SIZE = SIZES.medium;
const EMPTY = 'empty, of its own';
const FULL = '10,000 instances at the legacy';
const RESTORED = '10,000 instances in the registry file, the legacy away';

export const start: Section = {
  name: 'start',
  title: 'From process start to the first complete answer',
  about:
    'The time from the start of the process until `GET /eureka/apps` is answered with the whole registry (JSON, gzip). The legacy sends the bytes that a stock server with 10,000 instances would send. Restored: it answers 503, and the registry comes from `snapshot.file`.',
  run: async (bench) =>
    stage(async (keep) => {
      const legacy = await keep(startPlayback(SIZE));
      const away = await keep(startPlayback(SIZE));
      const restored = { legacy: { urls: [away.eureka] }, snapshot: { file: join(bench.workDir, 'registry') } };
      await writeRegistryFile(bench, restored);
      away.close();
      const registries = [
        { name: EMPTY, config: STANDALONE, size: undefined },
        { name: FULL, config: { legacy: { urls: [legacy.eureka] } }, size: SIZE },
        { name: RESTORED, config: restored, size: SIZE },
      ];
      const contenders = registries.map(({ name, config, size }) => {
        const once = (): Promise<Timed> => startOnce(bench.workDir, bench.program, config, size);
        return { name, warmUp: once, once };
      });
      const { rounds, verdicts } = await untilDecided(bench, contenders, judge);
      const rows = [...rounds].map(([name, all]) => [name, withInterval(all.map(({ time }) => time))]);
      return { tables: [{ title: 'Start', columns: ['registry', 'seconds'], rows }], verdicts };
    }),
};

/** Runs a process until its registry is in the file: the last write is that of its stop. */
async function writeRegistryFile(bench: Bench, config: Readonly<Record<string, unknown>>): Promise<void> {
  const dir = mkdtempSync(join(bench.workDir, 'write-'));
  const { stop } = await startEurek8s({ program: bench.program, dir, config, until: 'ready' });
  await stop();
}

/** The pause between two requests while a process starts: to refuse one takes part of a millisecond of its time. */
const EVERY_MS = 10;

/** Seconds from the start of the process to the end of the first answer, which must have the registry `expected`. */
export async function startOnce(
  workDir: string,
  program: string,
  config: Readonly<Record<string, unknown>>,
  expected?: RegistrySize,
): Promise<Timed> {
  const dir = mkdtempSync(join(workDir, 'start-'));
  const startedAt = performance.now();
  const { url, pid, stop } = await startEurek8s({ program, dir, config, until: 'started' });
  try {
    const isAnswered = async (): Promise<boolean> =>
      (await ask(`${url}/eureka/apps`, { headers: JSON_GZIP })).status === 200;
    await until('the first answer', isAnswered, { everyMs: EVERY_MS, timeoutMs: 120_000 });
    const found = { time: (performance.now() - startedAt) / 1000, cpu: cpuSeconds(pid) };
    // Checked after the measurement, because it takes time.
    if (expected !== undefined) await rightAnswer(url, READS.fullJsonGzip, expected);
    return found;
  } finally {
    await stop();
  }
}

function judge(rounds: Rounds<Timed>): readonly Verdict[] {
  const verdict = (name: string, registry: string, bar: number): Verdict => ({
    what: `process start to first complete answer, ${registry}`,
    samples: (rounds.get(name) ?? []).map(({ time }) => time),
    unit: 's',
    bar,
    sense: 'at most',
  });
  return [verdict(FULL, 'legacy with 10,000 instances', 1.5), verdict(RESTORED, '10,000 instances restored', 1)];
}
