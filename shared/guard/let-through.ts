import type { AppName } from '../model/names.ts';

/**
 * The removals that a hold let through last, until what was removed is back: the only ones of which that hold is the
 * cause. A hold that ends because everything came back lets nothing through.
 */
export class LetThrough {
  #holdId: string | undefined;
  #removed = new Map<AppName, Set<string>>();

  /** `removed`: ids of instances or Ingresses, by application. Takes the place of what went through before. */
  note(holdId: string, removed: Iterable<readonly [AppName, Iterable<string>]>): void {
    const all = Array.from(removed, ([app, ids]) => [app, new Set(ids)] as const);
    if (all.length === 0) return;
    this.#holdId = holdId;
    this.#removed = new Map(all);
  }

  /** It is back, or its removal has a cause of its own. Without an id: the whole application. */
  forget(app: AppName, id?: string): void {
    const ids = this.#removed.get(app);
    if (ids === undefined) return;
    if (id !== undefined) ids.delete(id);
    if (id === undefined || ids.size === 0) this.#removed.delete(app);
  }

  ids(app: AppName): Iterable<string> {
    return this.#removed.get(app) ?? [];
  }

  holdOf(app: AppName, id: string): string | undefined {
    return this.#removed.get(app)?.has(id) === true ? this.#holdId : undefined;
  }
}
