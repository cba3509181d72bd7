import type { AppName, InstanceId } from '../../../../shared/model/names.ts';

/** The oldest are forgotten beyond it: no server pushes for longer than so many cancels take. */
const MAX_REMEMBERED = 10_000;

/**
 * The greatest `lastUpdatedTimestamp` with which instances were cancelled, also after lists have shown that: a server
 * that could not reach us may push a registration from before the cancel at any later time.
 */
export class CancelledVersions {
  readonly #versions = new Map<string, number>();

  note(app: AppName, id: InstanceId, version: number): void {
    const key = keyOf(app, id);
    const latest = Math.max(version, this.#versions.get(key) ?? version);
    this.#versions.delete(key);
    this.#versions.set(key, latest);
    if (this.#versions.size <= MAX_REMEMBERED) return;
    for (const oldest of this.#versions.keys()) {
      this.#versions.delete(oldest);
      return;
    }
  }

  of(app: AppName, id: InstanceId): number | undefined {
    return this.#versions.get(keyOf(app, id));
  }
}

function keyOf(app: AppName, id: InstanceId): string {
  return `${app}\n${id}`;
}
