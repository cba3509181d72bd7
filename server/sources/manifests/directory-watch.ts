import { watch, type FSWatcher } from 'node:fs';

/**
 * `fs.watch` on a directory, which may be missing, vanish or be replaced. It only speeds things up: its user also scans
 * at regular intervals, so that a lost event costs seconds and a failure here costs nothing else.
 */
export class DirectoryWatch {
  readonly #path: string;
  readonly #onEvent: () => void;
  #watcher: FSWatcher | undefined;
  #identity: string | undefined;

  constructor(path: string, onEvent: () => void) {
    this.#path = path;
    this.#onEvent = onEvent;
  }

  /** Watches the directory of this identity, unless it already does. */
  follow(identity: string): void {
    if (this.#watcher !== undefined && this.#identity === identity) return;
    this.close();
    try {
      const watcher = watch(this.#path, { persistent: true });
      watcher.on('change', this.#onEvent);
      // The directory is gone, or the system has no watches left. The regular scans go on.
      watcher.on('error', () => this.close());
      this.#watcher = watcher;
      this.#identity = identity;
    } catch {
      this.#watcher = undefined;
    }
  }

  get active(): boolean {
    return this.#watcher !== undefined;
  }

  close(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
  }
}
