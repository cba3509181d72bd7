import { medianByCpu, medianByRate } from '../contest.ts';
import { SIZES } from '../data/registry.ts';
import { against, type Measured } from '../measured.ts';
import { READS } from '../operations.ts';
import { figure } from '../report/numbers.ts';
import type { RegistrySize, Verdict } from '../section.ts';
import { stockName } from '../subjects/stock.ts';
import { ratioVerdict } from '../verdict.ts';

const RAW = 'raw node:http';
const AGAINST_RAW = { bar: 0.88, ciBar: 0.7 } as const;

/** Against the Hoxton generation in production settings, 10,000 instances. */
const AGAINST_STOCK: Readonly<Record<string, { readonly bar: number; readonly ciBar: number }>> = {
  [READS.fullJsonGzip.name]: { bar: 6.5, ciBar: 3 },
  [READS.fullXmlGzip.name]: { bar: 6, ciBar: 3 },
  [READS.fullJsonIdentity.name]: { bar: 3.8, ciBar: 1.8 },
  [READS.deltaEverything.name]: { bar: 5.5, ciBar: 2.5 },
  [READS.application.name]: { bar: 2.8, ciBar: 1.3 },
  [READS.vip.name]: { bar: 2.8, ciBar: 1.3 },
};

export function readVerdicts(size: RegistrySize, all: readonly Measured[]): readonly Verdict[] {
  return [...rawVerdict(size, all), ...(size === SIZES.medium ? all.flatMap(stockVerdict) : [])];
}

/** Any read has to hold, so the worst one speaks for all; the table has the others. */
function rawVerdict(size: RegistrySize, all: readonly Measured[]): readonly Verdict[] {
  const contests = all.flatMap((measured) => {
    const found = against(measured, RAW);
    return found === undefined ? [] : [{ operation: measured.operation, found }];
  });
  const worst = contests.toSorted((a, b) => medianByRate(a.found) - medianByRate(b.found))[0];
  if (worst === undefined) return [];
  const what = `any read against raw node:http, ${size.name} instances (worst: ${worst.operation})`;
  const worstByCpu = Math.min(...contests.map(({ found }) => medianByCpu(found)));
  return ratioVerdict({ what, ...AGAINST_RAW }, worst.found).map((verdict) => ({ ...verdict, ciValue: worstByCpu }));
}

function stockVerdict(measured: Measured): readonly Verdict[] {
  const bar = AGAINST_STOCK[measured.operation];
  if (bar === undefined) return [];
  const what = `${measured.operation} against stock Hoxton, 10,000 instances`;
  const stock = stockName('hoxton', 'production');
  const limit = against(measured, stock, RAW);
  return ratioVerdict({ what, ...bar }, against(measured, stock)).map((verdict) => ({
    ...verdict,
    spread: `${verdict.spread ?? ''}${limit === undefined ? '' : `; the limit of the platform ${figure(medianByRate(limit))}`}`,
  }));
}
