import type { AppName, InstanceId } from '../../shared/model/names.ts';
import type { Write, WriteTarget } from '../ports/writes.ts';
import { overrides } from './overriding.ts';

/**
 * Which writes are being decided on. The effect of a write is in a snapshot before its verdict, so that a change of an
 * instance with a write under way is the effect of it.
 */
export class WritesUnderWay {
  readonly #kinds = new Map<string, Write['kind']>();
  /** The ids of those that set an override, which may reach the same id in other applications. */
  readonly #overriding = new Set<InstanceId>();

  kindOf(app: AppName, id: InstanceId): Write['kind'] | undefined {
    return this.#kinds.get(keyOf(app, id)) ?? (this.#overriding.has(id) ? 'set-status' : undefined);
  }

  /** Renewals change nothing that is served, and are too many: they are passed on. */
  follow(target: WriteTarget): WriteTarget {
    return {
      apply: (write) => {
        if (write.kind === 'renew') return target.apply(write);
        const key = keyOf(write.app, write.id);
        this.#kinds.set(key, write.kind);
        if (overrides(write)) this.#overriding.add(write.id);
        const end = (): void => {
          this.#kinds.delete(key);
          this.#overriding.delete(write.id);
        };
        try {
          const outcome = target.apply(write);
          if (outcome instanceof Promise) return outcome.finally(end);
          end();
          return outcome;
        } catch (error) {
          end();
          throw error;
        }
      },
    };
  }
}

function keyOf(app: AppName, id: InstanceId): string {
  return `${app}/${id}`;
}
