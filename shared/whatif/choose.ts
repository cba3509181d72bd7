import type { InstanceRecord } from '../model/instance.ts';
import type { Candidate, LeftOut, LeftOutCode } from './candidate.ts';
import type { Caller } from './caller.ts';
import { amazonZone, CLIENT_RULES } from './client-rules.ts';
import { keepToZone } from './own-zone.ts';

/** What a caller chooses among: each of the entries alike. */
export interface Choosing {
  readonly chosen: readonly Candidate[];
  readonly leftOut: readonly LeftOut[];
  /** The zone that it keeps to; `undefined`: it takes all. */
  readonly zone: string | undefined;
  /** There is nothing UP in that zone, so it takes all. */
  readonly fallsBack: boolean;
}

/** Of what a caller has found, what its client chooses among. */
export function choose({ client, zone }: Caller, candidates: readonly Candidate[]): Choosing {
  const rules = CLIENT_RULES[client];
  const keepsTo = rules.keepsTo(zone);
  const up = candidates.filter(({ record }) => record.status === 'UP');
  const down = candidates.filter(({ record }) => record.status !== 'UP');
  const { kept, left, fallsBack } = keepToZone(up, keepsTo, ({ record }) => rules.zoneOf(record));
  const { firsts, others } = rules.duplicates === 'kept' ? { firsts: kept, others: [] } : byAddress(kept);
  const leave = (code: LeftOutCode, reasonOf: (record: InstanceRecord) => string) => (candidate: Candidate) => ({
    ...candidate,
    code,
    reason: reasonOf(candidate.record),
  });
  return {
    chosen: firsts,
    leftOut: [
      ...down.map(leave('not-up', ({ status }) => `it is ${status}`)),
      ...left.map(leave('other-zone', (record) => whyNotOwn(record, rules.zoneOf(record)))),
      ...others.map(leave('same-address', () => 'it has the host and port of one that came before')),
    ],
    zone: keepsTo,
    fallsBack,
  };
}

/** The first of each host and port, as a document lists them. */
function byAddress(candidates: readonly Candidate[]): {
  readonly firsts: readonly Candidate[];
  readonly others: readonly Candidate[];
} {
  const seen = new Set<string>();
  const [firsts, others]: [Candidate[], Candidate[]] = [[], []];
  for (const candidate of candidates) {
    const { hostName, port } = candidate.record;
    const address = `${hostName}:${port.number}`;
    (seen.has(address) ? others : firsts).push(candidate);
    seen.add(address);
  }
  return { firsts, others };
}

function whyNotOwn(record: InstanceRecord, counted: string | undefined): string {
  if (record.metadata.has('zone')) return `it is in ${counted === '' ? 'a zone without a name' : counted}`;
  const availability = amazonZone(record);
  if (counted === undefined)
    return availability === undefined
      ? 'its metadata has no zone'
      : `its metadata has no zone, and its availability zone ${availability} does not count`;
  return availability === undefined ? `it has no zone, which counts as ${counted}` : `it is in ${counted}`;
}
