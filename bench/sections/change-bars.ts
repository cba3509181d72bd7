import { contest } from '../contest.ts';
import { SIZES } from '../data/registry.ts';
import { contenderName, type ChangingSlice } from '../measure-changing.ts';
import { PRODUCT } from '../measured.ts';
import { READS } from '../operations.ts';
import type { RegistrySize, Verdict } from '../section.ts';
import { stockName } from '../subjects/stock.ts';
import { ratioVerdict } from '../verdict.ts';

type Changing = ReadonlyMap<string, readonly ChangingSlice[]>;

/** The bars for the full answer while changes arrive. */
export function changeVerdicts(size: RegistrySize, full: Changing): readonly Verdict[] {
  const of = (server: string, rate: number): readonly ChangingSlice[] => full.get(contenderName(server, rate)) ?? [];
  const busy = of(PRODUCT, 50);
  const read = `${READS.fullJsonGzip.name}, ${size.name} instances, 50 changes/s`;
  const stock = size === SIZES.medium ? of(stockName('hoxton', 'fresh'), 50) : [];
  const ages = busy.map(({ ageMs }) => ageMs);
  return [
    ...ratioVerdict({ what: `${read}: against stock Hoxton answering fresh`, bar: 25, ciBar: 8 }, contest(busy, stock)),
    ...ratioVerdict(
      { what: `${read}: against our own quiet figure`, bar: 0.9, ciBar: 0.5 },
      contest(busy, of(PRODUCT, 0)),
    ),
    ...(ages.length === 0 ? [] : [ageVerdict(`${read}: greatest age of an answer`, ages)]),
  ];
}

/** Age of the oldest answer, one figure a round. */
function ageVerdict(what: string, ages: readonly number[]): Verdict {
  return { what, value: Math.max(...ages), unit: 'ms', bar: 250, sense: 'at most', spread: `${ages.length} rounds` };
}
