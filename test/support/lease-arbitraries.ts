import * as fc from 'fast-check';
import type { Write } from '../../server/ports/writes.ts';
import { INSTANCE_STATUSES } from '../../shared/model/instance.ts';
import { askedLease, NOW } from './lease-world.ts';
import { writes } from './lease-writes.ts';

export type Step =
  | { readonly kind: 'write'; readonly write: Write }
  /** For this many milliseconds nothing happens. */
  | { readonly kind: 'pass'; readonly ms: number };

// There are few names, so that steps affect one another. Applications share ids, because overrides are kept by id alone.
const APPS = ['orders', 'bills', 'dues'] as const;
const IDS = ['a', 'b', 'c', 'd', 'e', 'f'] as const;
const app = fc.constantFrom(...APPS);
const id = fc.constantFrom(...IDS);
const status = fc.constantFrom(...INSTANCE_STATUSES);
const dirty = fc.integer({ min: NOW - 3, max: NOW + 3 });
const someDirty = fc.option(dirty, { nil: undefined });

const registration = fc
  .record({
    status: fc.constantFrom('UP', 'UP', 'UP', ...INSTANCE_STATUSES),
    overriddenStatus: fc.constantFrom('UNKNOWN', 'UNKNOWN', 'UNKNOWN', ...INSTANCE_STATUSES),
    lastDirtyTimestamp: dirty,
    leaseInfo: fc.constantFrom(askedLease(0), askedLease(1), askedLease(30), askedLease(90), undefined),
  })
  .chain((overrides) => fc.tuple(app, id).map((key) => writes.register(...key, overrides)));

const write: fc.Arbitrary<Write> = fc.oneof(
  { weight: 4, arbitrary: registration },
  { weight: 6, arbitrary: fc.tuple(app, id, someDirty).map((made) => writes.renew(...made)) },
  { weight: 1, arbitrary: fc.tuple(app, id).map((made) => writes.cancel(...made)) },
  { weight: 2, arbitrary: fc.tuple(app, id, status, someDirty).map((made) => writes.setStatus(...made)) },
  { weight: 1, arbitrary: fc.tuple(app, id, status, someDirty).map((made) => writes.removeStatus(...made)) },
  { weight: 1, arbitrary: fc.tuple(app, id).map((made) => writes.metadata(...made, { k: 'v' })) },
);

const pass = fc.constantFrom(1, 1_000, 30_000, 60_000, 200_000, 3_600_000);

/** Minutes in which all but the silent instances send two heartbeats: the state in which leases expire. */
const ordinaryLife = fc
  .record({ silent: fc.subarray([...IDS], { maxLength: 2 }), minutes: fc.integer({ min: 1, max: 20 }) })
  .map(({ silent, minutes }) => {
    const alive = APPS.flatMap((app) => IDS.filter((id) => !silent.includes(id)).map((id) => writes.renew(app, id)));
    const half: readonly Step[] = [...alive.map(stepOf), { kind: 'pass', ms: 30_000 }];
    return Array.from({ length: 2 * minutes }, () => half).flat();
  });

function stepOf(made: Write): Step {
  return { kind: 'write', write: made };
}

export const steps: fc.Arbitrary<readonly Step[]> = fc
  .array(
    fc.oneof(
      { weight: 30, arbitrary: write.map((made) => [stepOf(made)]) },
      { weight: 4, arbitrary: pass.map((ms): readonly Step[] => [{ kind: 'pass', ms }]) },
      { weight: 1, arbitrary: ordinaryLife },
    ),
    { maxLength: 120, size: 'max' },
  )
  .map((parts) => parts.flat());
