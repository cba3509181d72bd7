import { join } from 'node:path';
import { cpuSeconds } from '../cpu.ts';
import { SIZES } from '../data/registry.ts';
import { interleaved, type Contender } from '../interleave.ts';
import { quietCore } from '../quiet-core.ts';
import { figure, range, withSpread } from '../report/numbers.ts';
import type { Section } from '../section.ts';
import { median, ratios } from '../statistics.ts';
import { startEurek8s } from '../subjects/eurek8s.ts';
import { startRaw } from '../subjects/raw.ts';
import type { Subject } from '../subjects/subject.ts';
import { complete, JSON_GZIP } from './complete.ts';
import type { HerdInput, HerdResult } from './load/herd.ts';
import { measure } from './measure.ts';
import { startPlayback } from './playback.ts';
import { ms, percent } from './quantity.ts';
import { staged } from './staged.ts';

const CLIENTS = 3000;
const SLOW = 150;
const PATH = '/eureka/apps';

/** Connected before the start: what the server does with 3,000 requests. From nothing: the connections are its work too. */
const BEGINS = ['connected', 'from-nothing'] as const;
type Begin = (typeof BEGINS)[number];

export const herd: Section = {
  name: 'herd',
  title: 'Thundering herd',
  about: `${CLIENTS} clients, each with a connection of its own, ask for the whole registry (10,000 instances, JSON gzip) at once; ${SLOW} of them read 64 KiB to 1 MiB and then rest a quarter of a second. Counted is the time until all the others have everything. Raw node:http sends the same bytes and headers to the same herd, in turns with Eurek8s.`,
  run: async (bench) =>
    staged(async (keep) => {
      const dir = join(bench.workDir, 'herd');
      const size = SIZES.medium;
      const legacy = keep(await startPlayback({ size, dir }));
      const eurek8s = keep(
        await startEurek8s({ program: bench.program, dir, config: { legacy: { urls: [legacy.eureka] } } }),
      );
      const answer = await complete(eurek8s.url, size);
      const answers = new Map([[PATH, { status: 200, headers: sentHeaders(answer.headers), body: answer.body }]]);
      const raw = keep(await startRaw({ dir: join(dir, 'raw'), answers }));
      const { rounds } = bench;
      const rows: (readonly string[])[] = [];
      let against: readonly number[] = [];
      let againstCpu: readonly number[] = [];
      for (const begin of bench.quick ? BEGINS.slice(0, 1) : BEGINS) {
        bench.say(`herd: ${CLIENTS} clients ${begin}, ${rounds} rounds`);
        const results = await interleaved([contender(raw, begin), contender(eurek8s, begin)], rounds, quietCore);
        const [limit = [], ours = []] = [raw, eurek8s].map(({ name }) => results.get(name));
        const ratio = ratios(times(ours), times(limit));
        if (begin === 'connected') {
          against = ratio;
          againstCpu = ratios(ours.map(cpuOf), limit.map(cpuOf));
        }
        rows.push(row(begin, raw.name, limit, ''), row(begin, eurek8s.name, ours, withSpread(ratio)));
      }
      return {
        tables: [
          {
            title: `${CLIENTS} full fetches at once`,
            columns: [
              'clients begin',
              'server',
              'half have it',
              'all have it',
              'spread',
              'MB/s',
              "load's CPU",
              'against raw',
            ],
            rows,
          },
        ],
        verdicts: [
          {
            what: `${CLIENTS} full fetches at once, 10,000 instances: until all have it, against raw node:http`,
            value: median(against),
            unit: '×',
            bar: 1.25,
            sense: 'at most',
            ciBar: 1.5,
            ciValue: median(againstCpu),
            spread: range(against),
          },
        ],
      };
    }),
};

/** `serverCpu`: CPU seconds of the server, all its clients included. */
interface Stampede extends HerdResult {
  readonly serverCpu: number;
}

function contender(subject: Subject, begin: Begin): Contender<Stampede> {
  const once = (): Promise<Stampede> => stampede(subject, begin);
  return { name: subject.name, warmUp: once, once };
}

async function stampede({ name, url, pid }: Subject, begin: Begin): Promise<Stampede> {
  const input: HerdInput = {
    port: Number(new URL(url).port),
    path: PATH,
    headers: JSON_GZIP,
    clients: CLIENTS,
    slow: SLOW,
    begin,
  };
  const before = cpuSeconds(pid);
  const result = await measure('herd', input, { timeoutMs: 60_000 });
  if (result.wrong > 0) throw new Error(`${result.wrong} clients did not get the whole answer of ${name}`);
  return { ...result, serverCpu: cpuSeconds(pid) - before };
}

function cpuOf({ serverCpu }: Stampede): number {
  return serverCpu;
}

function times(results: readonly HerdResult[]): readonly number[] {
  return results.map(({ allMs }) => allMs);
}

function row(begin: Begin, name: string, results: readonly HerdResult[], ratio: string): readonly string[] {
  const all = median(times(results));
  const bytes = (results[0]?.bytes ?? 0) * (CLIENTS - SLOW);
  return [
    begin === 'connected' ? 'connected' : 'from nothing',
    name,
    ms(median(results.map(({ halfMs }) => halfMs))),
    ms(all),
    `${range(times(results))} ms`,
    figure(bytes / 1e6 / (all / 1000)),
    percent(median(results.map(({ cpuShare }) => cpuShare))),
    ratio,
  ];
}

/** Those of Eurek8s' answer that node:http does not add by itself. */
function sentHeaders(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): Record<string, string> {
  const own = new Set(['date', 'connection', 'keep-alive']);
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      own.has(name) || typeof value !== 'string' ? [] : [[name, value]],
    ),
  );
}
