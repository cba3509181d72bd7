import { instanceCount, REGISTERED_AT, spreadRegistration } from '../data/registry.ts';
import type { RegistrySize } from '../section.ts';
import { keptConnections } from './ask.ts';
import { ChangeLog } from './change-log.ts';
import { register } from './register.ts';

/** Changed in turn, all over the registry: as when one service after the other is deployed. */
const CHANGED_INSTANCES = 500;

/** A slow server must not slow the changes down, or it would have less to do. */
const CONNECTIONS = 32;

/**
 * Registers instances anew with another metadata value, so many per second, while something else is measured. The value
 * is the number of the change: an answer shows by it which changes it knows.
 */
export class Changer {
  readonly #url: string;
  readonly #size: RegistrySize;
  readonly log: ChangeLog;
  readonly #agent = keptConnections(CONNECTIONS);
  readonly #inFlight = new Set<Promise<void>>();
  #next = 1;
  #timer: NodeJS.Timeout | undefined;
  #failure: unknown;

  constructor(url: string, size: RegistrySize) {
    this.#url = url;
    this.#size = size;
    this.log = new ChangeLog(Math.min(CHANGED_INSTANCES, instanceCount(size)));
  }

  /** Changes are made at fixed moments, whatever the server's answers take. */
  start(perSecond: number): void {
    if (perSecond === 0) return;
    const begun = performance.now();
    let made = 0;
    const tick = (): void => {
      for (; made < ((performance.now() - begun) / 1000) * perSecond; made++) this.#change();
      this.#timer = setTimeout(tick, Math.max(0, begun + (made / perSecond) * 1000 - performance.now()));
    };
    tick();
  }

  /** Resolves when all changes that were begun are answered; rejects when one of them failed. */
  async pause(): Promise<void> {
    clearTimeout(this.#timer);
    await Promise.all(this.#inFlight);
    if (this.#failure !== undefined) throw new Error('a change was refused', { cause: this.#failure });
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#agent.destroy();
  }

  #change(): void {
    const number = this.#next++;
    // Servers keep the registration with the latest timestamp, so that must grow.
    const variant = { marker: `${number}`, dirtyAt: REGISTERED_AT + number };
    const registration = spreadRegistration(this.#size, number, this.log.instances, variant);
    const sent = register(this.#url, registration, this.#agent).then(
      () => this.log.acknowledged(number, performance.now()),
      (error: unknown) => {
        this.#failure ??= error;
      },
    );
    this.#inFlight.add(sent);
    void sent.finally(() => this.#inFlight.delete(sent));
  }
}
