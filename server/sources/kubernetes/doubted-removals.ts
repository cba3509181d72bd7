import type { ObjectKind, StrippedObject } from '../../../shared/ingress/stripped.ts';
import { keyOf } from '../../../shared/ingress/object-key.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Presence } from './extension-api.ts';
import type { ObjectSink } from './object-sink.ts';

export interface DoubtedRemovalsOptions {
  readonly kind: ObjectKind;
  readonly sink: Pick<ObjectSink, 'set' | 'remove' | 'replaceKind'>;
  readonly clock: Clock;
  /** Milliseconds before a deletion is believed. */
  readonly delay: number;
  /** What the API server has of the kind now. */
  readonly look: () => Promise<Presence | undefined>;
}

interface Doubted {
  readonly namespace: string;
  readonly name: string;
  /** Whether it was deleted with the definition of its kind. */
  readonly kept: boolean;
}

/**
 * An API server that loses the definition of a kind first deletes all of its objects, one event for each, as if somebody
 * had deleted them. So a deletion of such a kind is passed on only when the kind is still there a moment later. Else the
 * object stays as last known, until a list shows what there is.
 */
export class DoubtedRemovals implements Pick<ObjectSink, 'set' | 'remove' | 'replaceKind'> {
  readonly #options: DoubtedRemovalsOptions;
  readonly #doubted = new Map<string, Doubted>();
  #cancel: (() => void) | undefined;
  #stopped = false;

  constructor(options: DoubtedRemovalsOptions) {
    this.#options = options;
  }

  /** The objects that stay although they are deleted. */
  get kept(): number {
    return [...this.#doubted.values()].filter(({ kept }) => kept).length;
  }

  set(object: StrippedObject): void {
    this.#doubted.delete(keyOf(object.meta.namespace, object.meta.name));
    this.#options.sink.set(object);
  }

  remove(_kind: ObjectKind, namespace: string, name: string): void {
    this.#doubted.set(keyOf(namespace, name), { namespace, name, kept: false });
    this.#schedule();
  }

  replaceKind(kind: ObjectKind, objects: readonly StrippedObject[]): void {
    this.#doubted.clear();
    this.#options.sink.replaceKind(kind, objects);
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  #schedule(): void {
    if (this.#stopped || this.#cancel !== undefined) return;
    this.#cancel = this.#options.clock.after(this.#options.delay, () => void this.#decide());
  }

  async #decide(): Promise<void> {
    const asked = [...this.#doubted].filter(([, { kept }]) => !kept);
    const kind = (await this.#options.look())?.kind ?? 'unknown';
    this.#cancel = undefined;
    if (this.#stopped) return;
    for (const [key, doubted] of asked) {
      // It may be back meanwhile.
      if (this.#doubted.get(key) !== doubted || kind === 'unknown') continue;
      if (kind === 'served') {
        this.#doubted.delete(key);
        this.#options.sink.remove(this.#options.kind, doubted.namespace, doubted.name);
      } else this.#doubted.set(key, { ...doubted, kept: true });
    }
    if ([...this.#doubted.values()].some(({ kept }) => !kept)) this.#schedule();
  }
}
