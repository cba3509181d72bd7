import { setTimeout as sleep } from 'node:timers/promises';
import type { CallSummary, RibbonClient } from '../testbed/java/clients.ts';
import { Tally } from '../testbed/tally.ts';

/** Calls all services all the time, one call after the other. */
export class SteadyCaller {
  readonly ribbon: RibbonClient;
  readonly failures = new Tally();
  readonly #backends = new Tally();
  readonly #done: Promise<void>;
  readonly #services: readonly string[];
  #stopped = false;
  #lastTurn: Promise<unknown> = Promise.resolve();

  constructor(ribbon: RibbonClient, services: readonly string[]) {
    this.ribbon = ribbon;
    this.#services = services;
    this.#done = this.#callAllTheTime();
  }

  get calls(): number {
    return this.#backends.total + this.failures.total;
  }

  /**
   * How many of so many calls of a service a backend answers, in percent. No other call comes between them: a client
   * takes its servers in turns, and every second turn of a few servers would be some of them only.
   */
  async share(service: string, backend: string, calls: number): Promise<number> {
    const { ok, backends } = await this.#inTurn(service, calls);
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
      for (const service of this.#services) await this.#inTurn(service, 5);
      await sleep(20);
    }
  }

  async #inTurn(service: string, calls: number): Promise<CallSummary> {
    const turn = this.#lastTurn.then(() => this.ribbon.call(service, calls));
    this.#lastTurn = turn.catch(() => undefined);
    const called = await turn;
    for (const [name, count] of Object.entries(called.backends)) this.#backends.add(name, count);
    for (const [name, count] of Object.entries(called.failures)) this.failures.add(`${service}: ${name}`, count);
    return called;
  }
}
