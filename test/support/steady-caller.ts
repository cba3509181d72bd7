import { setTimeout as sleep } from 'node:timers/promises';
import type { RibbonClient } from '../testbed/java/clients.ts';
import { Tally } from '../testbed/tally.ts';

/** Calls all services all the time, one call after the other. */
export class SteadyCaller {
  readonly ribbon: RibbonClient;
  readonly failures = new Tally();
  readonly #backends = new Tally();
  readonly #done: Promise<void>;
  readonly #services: readonly string[];
  #stopped = false;

  constructor(ribbon: RibbonClient, services: readonly string[]) {
    this.ribbon = ribbon;
    this.#services = services;
    this.#done = this.#callAllTheTime();
  }

  get calls(): number {
    return this.#backends.total + this.failures.total;
  }

  /** How many of so many calls of a service a backend answers, in percent. */
  async share(service: string, backend: string, calls: number): Promise<number> {
    const { ok, backends } = await this.ribbon.call(service, calls);
    return Math.round((100 * (backends[backend] ?? 0)) / ok);
  }

  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    await this.#done;
    await this.ribbon.stop();
  }

  async #callAllTheTime(): Promise<void> {
    while (!this.#stopped) {
      for (const service of this.#services) {
        const { backends, failures } = await this.ribbon.call(service, 5);
        for (const [name, count] of Object.entries(backends)) this.#backends.add(name, count);
        for (const [name, count] of Object.entries(failures)) this.failures.add(`${service}: ${name}`, count);
      }
      await sleep(20);
    }
  }
}
