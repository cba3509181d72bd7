import type { AppName } from '../../shared/model/names.ts';
import type { WantedChange } from '../ports/writer-limit.ts';
import type { RegistryView } from '../ports/registry-view.ts';
import type { Write, WriteTarget } from '../ports/writes.ts';
import { overrides } from './overriding.ts';

type Known = Pick<RegistryView, 'snapshot'>;

/**
 * Lets pass what the sender of a write may write. The application of a registration's path is also that of its body.
 * `byId`: what is known of a registry that keeps overrides by instance id alone, as stock servers do; `undefined`: none
 * takes writes.
 */
export function limitWrites(target: WriteTarget, byId?: Known): WriteTarget {
  return {
    apply: (write) => {
      const { limit } = write.raw;
      if (limit === undefined) return target.apply(write);
      const reason = limit.refusal(byId === undefined || !overrides(write) ? write : reaching(write, byId));
      return reason === undefined ? target.apply(write) : { status: 403, reason };
    },
  };
}

function reaching(write: Write, known: Known): WantedChange {
  const apps: readonly AppName[] = known.snapshot()?.ids.get(write.id) ?? [];
  return { ...write, reached: apps.filter((app) => app !== write.app) };
}
