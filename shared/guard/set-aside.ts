import type { AppName, InstanceId } from '../model/names.ts';
import type { HoldHead } from './hold.ts';

/**
 * Instances that were held until something else became the reason why they are served, with the head of their hold:
 * that may have nothing else left, and end, before it is known whether they are back.
 */
export class SetAside {
  #head: HoldHead | undefined;
  readonly #apps = new Map<AppName, Set<InstanceId>>();

  add(head: HoldHead, app: AppName, id: InstanceId): void {
    this.#head = head;
    this.#apps.set(app, (this.#apps.get(app) ?? new Set()).add(id));
  }

  /** Takes one out, and returns the head of its hold; `undefined`: it is not here. */
  take(app: AppName, id: InstanceId): HoldHead | undefined {
    const ids = this.#apps.get(app);
    if (ids?.delete(id) !== true) return undefined;
    if (ids.size === 0) this.#apps.delete(app);
    return this.#head;
  }

  ids(app: AppName): Iterable<InstanceId> {
    return this.#apps.get(app) ?? [];
  }

  clear(): void {
    this.#apps.clear();
  }
}
