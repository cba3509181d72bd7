import { READS, WRITES, type Operation } from '../data/operations.ts';
import { SIZES } from '../data/registry.ts';
import type { Candidate, Slice } from '../measure/candidate.ts';
import { against, ratioVerdict, times, type Ratios, type Timed } from '../measure/compare.ts';
import { measure } from '../measure/measure.ts';
import { withInterval } from '../report/text.ts';
import { untilDecided, type Rounds } from '../rounds.ts';
import type { Bench, Section } from '../section.ts';
import { startLineup } from '../servers/lineup.ts';
import { startPlayback } from '../servers/playback.ts';
import { stage } from '../servers/server.ts';
import type { Verdict } from '../verdict.ts';
import { BUSY } from './changes.ts';
import { longestOf, stalls } from './stall.ts';
import { startOnce } from './start.ts';

const [THIS, OTHER] = ['this build', 'other build'] as const;

interface Build {
  readonly name: string;
  readonly program: string;
}

/** The results of both builds. */
interface Compared {
  readonly what: string;
  /** Of this build and of the other, one for each round. */
  readonly figures: readonly (readonly number[])[];
  readonly unit: '1/s' | 's' | 'ms';
  readonly ratios: Ratios;
}

/** `other`: the path of its bundle. */
export function againstSection(other: string): Section {
  return {
    name: 'against',
    title: 'Two builds of Eurek8s',
    about:
      'Both builds in alternating turns. A ratio above 1 means that this build is better: it does more in a second, or takes less time. The ratio by CPU time is in CPU time of the process, or of the event loop for stalls: other programs on the machine disturb it less. The bar means that this build is at most 5 % worse.',
    run: async (bench) => {
      const builds = [
        { name: THIS, program: bench.program },
        { name: OTHER, program: other },
      ];
      const all = [...(await underLoad(bench, builds)), ...(await startAndStall(bench, builds))];
      const rows = all.map(({ what, figures, unit, ratios }) => [
        what,
        ...figures.map((values) => `${withInterval(values)} ${unit}`),
        withInterval(ratios.byClock),
        withInterval(ratios.byCpu),
      ]);
      const columns = ['what', THIS, OTHER, 'ratio', 'by CPU time'];
      const tables = [{ title: 'This build against the other', columns, rows }];
      return { tables, verdicts: all.flatMap(({ what, ratios }) => judge(what, ratios)) };
    },
  };
}

function judge(what: string, ratios: Ratios): readonly Verdict[] {
  return ratioVerdict({ what, bar: 0.95 }, ratios);
}

async function underLoad(bench: Bench, builds: readonly Build[]): Promise<readonly Compared[]> {
  return stage(async (keep) => {
    const quiet: Candidate[] = [];
    const busy: Candidate[] = [];
    for (const { name, program } of builds)
      for (const started of await startLineup({ ...bench, program }, keep, SIZES.medium, [])) {
        quiet.push({ ...started, name });
        busy.push({ ...started, ...BUSY, name });
      }
    const compare = async (operation: Operation, candidates: readonly Candidate[], when = ''): Promise<Compared> => {
      const what = `${operation.name}, 10,000 instances${when}`;
      const ratiosOf = (slices: Rounds<Slice>): Ratios => against(slices, OTHER, THIS);
      const question = { operation, candidates, judge: (slices: Rounds<Slice>) => judge(what, ratiosOf(slices)) };
      const { slices } = await measure(bench, question);
      const figures = [THIS, OTHER].map((name) => (slices.get(name) ?? []).map(({ perSecond }) => perSecond));
      return { what, figures, unit: '1/s', ratios: ratiosOf(slices) };
    };
    return [
      await compare(WRITES.heartbeat, quiet),
      await compare(READS.application, quiet),
      await compare(READS.fullJsonGzip, quiet),
      await compare(READS.fullJsonGzip, busy, ', while things change'),
    ];
  });
}

async function startAndStall(bench: Bench, builds: readonly Build[]): Promise<readonly Compared[]> {
  return stage(async (keep) => {
    const legacy = await keep(startPlayback(SIZES.large));
    const config = { legacy: { urls: [legacy.eureka] } };
    const compare = async (
      what: string,
      unit: Compared['unit'],
      once: (program: string) => Promise<Timed>,
    ): Promise<Compared> => {
      const contenders = builds.map(({ name, program }) => ({
        name,
        warmUp: () => startOnce(bench.workDir, program, config),
        once: () => once(program),
      }));
      const ratiosOf = (rounds: Rounds<Timed>): Ratios => times(rounds, OTHER, THIS);
      const { rounds } = await untilDecided(bench, contenders, (rounds) => judge(what, ratiosOf(rounds)));
      const figures = [THIS, OTHER].map((name) => (rounds.get(name) ?? []).map(({ time }) => time));
      return { what, figures, unit, ratios: ratiosOf(rounds) };
    };
    return [
      await compare('start, legacy with 100,000 instances', 's', (program) =>
        startOnce(bench.workDir, program, config, SIZES.large),
      ),
      await compare('longest stall, 100,000 instances', 'ms', async (program) =>
        longestOf(await stalls(bench, program, SIZES.large)),
      ),
    ];
  });
}
