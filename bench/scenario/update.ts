import { CORES } from '../pin.ts';
import type { Section, SectionResult, Verdict } from '../section.ts';
import type { Percentiles, UpdateInput } from './load/update-process.ts';
import { measure } from './measure.ts';
import { ms } from './quantity.ts';

/** Milliseconds of event-loop time, p50, by the number of instances. */
const P50_BARS: Readonly<Record<string, number>> = { '600': 1, '10,000': 1.5, '100,000': 3 };
const P99_BAR = 15;

export const update: Section = {
  name: 'update',
  title: 'One instance changed: the new full answer',
  about:
    'The parts of the server that a change goes through (hub, merge, snapshot, encoding), joined as the server joins them, in a process without network. One instance of ever another application gets other metadata; counted is the time of the event loop until the bytes of the whole registry are there again, and the time that passes until then.',
  run: async (bench) => {
    const rows: (readonly string[])[] = [];
    const verdicts: Verdict[] = [];
    for (const size of bench.sizes) {
      bench.say(`update: ${size.name} instances`);
      const input: UpdateInput = { size, changes: bench.quick ? 120 : 500 };
      const { variants } = await measure('update-process', input, {
        core: CORES.server,
        timeoutMs: 120_000,
      });
      for (const { name, loop, ready } of variants)
        rows.push([size.name, name, ...columnsOf(loop), ...columnsOf(ready)]);
      const [first] = variants;
      if (first !== undefined) verdicts.push(...verdictsOf(size.name, first.loop));
    }
    const columns = [
      'instances',
      'answers asked for',
      'loop p50',
      'loop p99',
      'loop most',
      'ready p50',
      'ready p99',
      'ready most',
    ];
    return { tables: [{ title: 'Time per change', columns, rows }], verdicts } satisfies SectionResult;
  },
};

function columnsOf({ p50, p99, most }: Percentiles): readonly string[] {
  return [p50, p99, most].map(ms);
}

function verdictsOf(size: string, { p50, p99 }: Percentiles): readonly Verdict[] {
  const what = `one change → new full answer, ${size} instances, event-loop time`;
  return [
    { what: `${what}, p50`, value: p50, unit: 'ms', bar: P50_BARS[size] ?? Number.NaN, sense: 'at most' },
    { what: `${what}, p99`, value: p99, unit: 'ms', bar: P99_BAR, sense: 'at most' },
  ];
}
