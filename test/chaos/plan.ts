import { BALANCER_FAULTS, KUBERNETES_FAULTS, LEGACY_FAULTS, REPLICA_FAULTS, type FaultKind } from './faults.ts';
import { between, pick, random } from './random.ts';

/** A fault to come. Milliseconds since the start of the run. */
export interface PlannedFault {
  readonly kind: FaultKind;
  readonly at: number;
  readonly lasts: number;
  /** The replica, for those that concern one. */
  readonly replica: number;
}

/** Nothing is injected at the beginning, when everything gets known, and at the end, when all must be right again. */
export const QUIET_START = 12_000;
export const QUIET_END = 50_000;

export const REPLICAS = 3;
/** Its process is never ended, so that its memory can be followed over the whole run. */
export const LASTING_REPLICA = 2;

interface Train {
  readonly kinds: readonly FaultKind[];
  readonly lasts: readonly [number, number];
  /** From the end of one to the start of the next. */
  readonly gap: readonly [number, number];
}

/** Each train runs by itself, so that faults of different parts overlap at random. */
const TRAINS: readonly Train[] = [
  { kinds: LEGACY_FAULTS, lasts: [2_000, 9_000], gap: [5_000, 28_000] },
  { kinds: KUBERNETES_FAULTS, lasts: [2_000, 10_000], gap: [8_000, 48_000] },
  { kinds: REPLICA_FAULTS, lasts: [1_000, 7_000], gap: [5_000, 22_000] },
  { kinds: BALANCER_FAULTS, lasts: [500, 3_000], gap: [6_000, 20_000] },
];

/** The same seed and minutes give the same faults. Every kind of a train comes once before one comes again. */
export function planFaults(seed: number, minutes: number): readonly PlannedFault[] {
  const end = minutes * 60_000 - QUIET_END;
  return TRAINS.flatMap((train, i) => {
    const next = random(seed * 31 + i);
    const planned: PlannedFault[] = [];
    let left: FaultKind[] = [];
    for (let at = QUIET_START + between(next, 0, 6_000); at < end;) {
      if (left.length === 0) left = [...train.kinds];
      const kind = pick(next, left);
      left.splice(left.indexOf(kind), 1);
      const lasts = between(next, ...train.lasts);
      const ends = kind === 'replica killed (SIGKILL)' || kind === 'replica restarted (SIGTERM)';
      const replica = Math.floor(next() * (ends ? LASTING_REPLICA : REPLICAS));
      if (at + lasts < end) planned.push({ kind, at, lasts, replica });
      at += lasts + between(next, ...train.gap);
    }
    return planned;
  }).toSorted((a, b) => a.at - b.at);
}
