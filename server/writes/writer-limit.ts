import type { WriteTarget } from '../ports/writes.ts';

/** Lets pass what the sender of a write may write. The application of a registration's path is also that of its body. */
export function limitWrites(target: WriteTarget): WriteTarget {
  return {
    apply: (write) => {
      const reason = write.raw.limit?.refusal(write);
      return reason === undefined ? target.apply(write) : { status: 403, reason };
    },
  };
}
