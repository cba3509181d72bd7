import type { WriteTarget } from '../ports/writes.ts';

/** Lets pass what the sender of a write may write. The application of a registration's path is also that of its body. */
export function limitWrites(target: WriteTarget): WriteTarget {
  return {
    apply: (write) => {
      const { limit } = write.raw;
      if (limit === undefined || limit.allows(write.app)) return target.apply(write);
      return { status: 403, reason: limit.refuse(write.app) };
    },
  };
}
