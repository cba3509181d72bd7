import type { PeerItem } from '../../shared/model/peer-item.ts';
import type { AppName, InstanceId } from '../../shared/model/names.ts';
import type { Replicas } from '../ports/replicas.ts';
import type { Write, WriteTarget } from '../ports/writes.ts';
import { overrides } from './overriding.ts';

type Kind = Write['kind'];

/**
 * Which writes are being decided on. The effect of a write is in a snapshot before its verdict, so that a change of an
 * instance with a write under way is the effect of it.
 */
export class WritesUnderWay {
  readonly #kinds = new Map<string, readonly Kind[]>();
  /** How many set an override, by id: they may reach the same id in other applications. */
  readonly #overriding = new Map<InstanceId, number>();

  /** In the order they came: those to one instance take effect one after the other. */
  kindsOf(app: AppName, id: InstanceId): readonly Kind[] {
    return this.#kinds.get(keyOf(app, id)) ?? (this.#overriding.has(id) ? ['set-status'] : []);
  }

  /** Renewals change nothing that is served, and are too many: they are passed on. */
  follow(target: WriteTarget): WriteTarget {
    return {
      apply: (write) => {
        if (write.kind === 'renew') return target.apply(write);
        const end = this.#begin(write.app, write.id, write.kind, overrides(write));
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

  /** The same for batches, whose changes are published together. */
  followBatches(target: Replicas): Replicas {
    return {
      apply: (items) => {
        const ends = items.flatMap((item) => this.#beginItem(item) ?? []);
        try {
          return target.apply(items);
        } finally {
          for (const end of ends) end();
        }
      },
    };
  }

  #beginItem(item: PeerItem): (() => void) | undefined {
    if (item.kind === 'unreadable' || item.kind === 'heartbeat') return undefined;
    return this.#begin(item.app, item.id, item.kind);
  }

  /** Returns what ends this write, and no other. */
  #begin(app: AppName, id: InstanceId, kind: Kind, isOverride = false): () => void {
    const key = keyOf(app, id);
    this.#kinds.set(key, [...(this.#kinds.get(key) ?? []), kind]);
    if (isOverride) this.#overriding.set(id, (this.#overriding.get(id) ?? 0) + 1);
    return () => {
      const more = (this.#overriding.get(id) ?? 0) - 1;
      if (isOverride && more > 0) this.#overriding.set(id, more);
      else if (isOverride) this.#overriding.delete(id);
      const kinds = this.#kinds.get(key) ?? [];
      // One of the same kind is as good as another.
      const at = kinds.indexOf(kind);
      const left = kinds.filter((_, i) => i !== at);
      if (left.length === 0) this.#kinds.delete(key);
      else this.#kinds.set(key, left);
    };
  }
}

function keyOf(app: AppName, id: InstanceId): string {
  return `${app}/${id}`;
}
