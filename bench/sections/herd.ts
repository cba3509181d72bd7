import { join } from 'node:path';
import { headersOf, READS } from '../data/operations.ts';
import { SIZES } from '../data/registry.ts';
import { stampede } from '../load/herd.ts';
import { rightAnswer } from '../load/right-answer.ts';
import { cpuSeconds } from '../../test/support/cpu-time.ts';
import { quiet } from '../machine.ts';
import { times, type Timed } from '../measure/compare.ts';
import { withInterval } from '../report/text.ts';
import { untilDecided, type Rounds } from '../rounds.ts';
import type { Section } from '../section.ts';
import { PRODUCT, startEurek8s } from '../servers/eurek8s.ts';
import { startPlayback } from '../servers/playback.ts';
import { RAW, startRaw } from '../servers/raw.ts';
import { stage } from '../servers/server.ts';
import { median } from '../statistics.ts';
import type { Verdict } from '../verdict.ts';

const SIZE = SIZES.medium;
/** A stampede is over in less than a second, and one differs from the next by half: more rounds than asked for. */
const ROUNDS_PER_ROUND = 4;
/** One in twenty is slow. */
const HERD = { clients: 3000, slow: 20 };

export const herd: Section = {
  name: 'herd',
  title: 'Thundering herd',
  about: `${HERD.clients} clients, each with a connection of its own, ask for the whole registry (10,000 instances, JSON gzip) at once; one in ${HERD.slow} of them reads 64 KiB to 1 MiB and then rests a quarter of a second. Measured is the time until all the others have the whole answer. Raw node:http sends the same bytes and headers to the same herd, in turns with Eurek8s.`,
  run: async (bench) =>
    stage(async (keep) => {
      const dir = join(bench.workDir, 'herd');
      const legacy = await keep(startPlayback(SIZE));
      const config = { legacy: { urls: [legacy.eureka] } };
      const eurek8s = await keep(startEurek8s({ program: bench.program, dir, config, until: 'ready' }));
      const answer = await rightAnswer(eurek8s.url, READS.fullJsonGzip, SIZE);
      const servers = [await keep(startRaw(join(dir, 'raw'), answer)), eurek8s];
      const request = { method: 'GET', target: READS.fullJsonGzip.target, headers: headersOf(READS.fullJsonGzip) };
      const contenders = servers.map(({ name, port, pid }) => {
        const once = async (): Promise<Timed> => {
          const before = cpuSeconds(pid);
          const time = await stampede(port, request, answer.body.length, HERD);
          return { time, cpu: cpuSeconds(pid) - before };
        };
        return { name, warmUp: once, once };
      });
      const settle = (): Promise<void> => quiet(servers.map(({ pid }) => pid));
      const { rounds, verdicts } = await untilDecided(
        { ...bench, rounds: bench.rounds * ROUNDS_PER_ROUND },
        contenders,
        judge,
        settle,
      );
      const rows = [...rounds].map(([name, all]) => [name, withInterval(all.map(({ time }) => time))]);
      const columns = ['server', 'until all have it, ms'];
      return { tables: [{ title: `${HERD.clients} full fetches at once`, columns, rows }], verdicts };
    }),
};

function judge(rounds: Rounds<Timed>): readonly Verdict[] {
  const what = `${HERD.clients} full fetches at once, 10,000 instances: until all have it, against raw node:http`;
  const { byClock, byCpu } = times(rounds, PRODUCT, RAW);
  return [{ what, samples: byClock, unit: '×', bar: 1.25, sense: 'at most', ciBar: 1.5, ciValue: median(byCpu) }];
}
