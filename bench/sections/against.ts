import { READS, WRITES, type Operation } from '../data/operations.ts';
import { SIZES } from '../data/registry.ts';
import type { Candidate } from '../measure/candidate.ts';
import { ratioVerdict, times, type Ratios, type Timed } from '../measure/compare.ts';
import { measure, type Measured } from '../measure/measure.ts';
import { figuresOfPairs, inPairs, ratiosOfPairs } from '../measure/pairs.ts';
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
      'Both builds in alternating turns, under load with fresh processes of both in each round. A ratio above 1 means that this build is better: it does more in a second, or takes less time. The ratio by CPU time is in CPU time of the process, or of the event loop for stalls: other programs on the machine disturb it less. The bar means that this build is at most 5 % worse.',
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

/** What a fresh process of each build is asked for. */
const LOADS: readonly { readonly operation: Operation; readonly busy: boolean }[] = [
  { operation: WRITES.heartbeat, busy: false },
  { operation: READS.application, busy: false },
  { operation: READS.fullJsonGzip, busy: false },
  { operation: READS.fullJsonGzip, busy: true },
];

async function underLoad(bench: Bench, builds: readonly Build[]): Promise<readonly Compared[]> {
  const paired = await inPairs(bench, (turns, round) => onePair(turns, round % 2 === 0 ? builds : builds.toReversed()));
  return paired.map((each, i) => ({
    what: `${each.operation}, 10,000 instances${LOADS[i]?.busy === true ? ', while things change' : ''}`,
    figures: [THIS, OTHER].map((name) => figuresOfPairs(each, name, ({ perSecond }) => perSecond)),
    unit: '1/s',
    ratios: ratiosOfPairs(each, OTHER, THIS),
  }));
}

async function onePair(turns: Bench, builds: readonly Build[]): Promise<readonly Measured[]> {
  return stage(async (keep) => {
    const candidates: Candidate[] = [];
    for (const { name, program } of builds)
      for (const started of await startLineup({ ...turns, program }, keep, SIZES.medium, []))
        candidates.push({ ...started, name });
    const results: Measured[] = [];
    for (const { operation, busy } of LOADS) {
      const asked = busy ? candidates.map((each) => ({ ...each, ...BUSY })) : candidates;
      results.push(await measure(turns, { operation, candidates: asked }));
    }
    return results;
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
