import type { LeaseRegistry } from '../../../shared/lease/lease-registry.ts';
import { replicate } from '../../../shared/lease/replication.ts';
import type { AppName } from '../../../shared/model/names.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Replicas } from '../../ports/replicas.ts';
import { NOT_RUNNING, peerOutcomeOf } from './lease-outcomes.ts';

export interface LeaseReplicasParts {
  readonly registry: LeaseRegistry;
  readonly clock: Clock;
  readonly isRunning: () => boolean;
  /** Called once for a batch. */
  readonly publish: (changed: ReadonlySet<AppName>) => void;
}

/** Applies the changes of other servers to the registry of our own. */
export function leaseReplicas({ registry, clock, isRunning, publish }: LeaseReplicasParts): Replicas {
  return {
    apply: (items) => {
      if (!isRunning()) return items.map(() => NOT_RUNNING);
      const now = clock.now();
      const effects = items.map((item) => replicate(registry, item, now));
      publish(new Set(effects.flatMap(({ changed }) => changed)));
      return effects.map(peerOutcomeOf);
    },
  };
}
