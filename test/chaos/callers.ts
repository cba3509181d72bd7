import { setTimeout as sleep } from 'node:timers/promises';
import { Tally } from '../testbed/tally.ts';
import type { RibbonCaller } from '../testbed/java/ribbon-answers.ts';
import { undisturbedSince, type InjectedFault, type Part } from './faults.ts';
import type { Judge } from './judge.ts';
import { REPLICAS } from './plan.ts';
import { LIMITS } from './timing.ts';
import type { End } from './truth.ts';

/** Whom a caller may reach under a name now. */
export interface Callee {
  readonly name: string;
  /** Names of backends that belong to the service, dead ones included. */
  readonly owns: (backend: string) => boolean;
  /** Since when there has been one alive, by every source; `Infinity`: there is none. */
  readonly aliveSince: () => number;
}

/** What became of the calls of one client. */
export interface ClientCounts {
  readonly name: string;
  /** By a backend. */
  answered: number;
  /** Calls that it never told the end of: it is dead. */
  untold: number;
  lastError: string;
}

export interface CallCounts {
  calls: number;
  failed: number;
  dead: number;
  deadTooLate: number;
  /** The longest time after a death at which a call still came. */
  latestDeadMs: number;
  nobody: number;
}

/** What callers know comes from any replica, over the balancer. */
const CALLERS_PARTS: readonly Part[] = [
  'balancer',
  ...Array.from({ length: REPLICAS }, (_, i): Part => `replica-${i}`),
];

/** Real Ribbon clients that call all the time, and the rule for calls to what is dead. */
export class Callers {
  readonly counts: CallCounts = { calls: 0, failed: 0, dead: 0, deadTooLate: 0, latestDeadMs: 0, nobody: 0 };
  readonly failures = new Tally();
  readonly clients: ClientCounts[] = [];
  readonly #judge: Judge;
  readonly #faults: readonly InjectedFault[];
  readonly #now: () => number;

  constructor(judge: Judge, faults: readonly InjectedFault[], now: () => number) {
    this.#judge = judge;
    this.#faults = faults;
    this.#now = now;
  }

  async callForEver(
    name: string,
    ribbon: Pick<RibbonCaller, 'call'>,
    callees: readonly Callee[],
    stopped: AbortSignal,
  ): Promise<void> {
    const client: ClientCounts = { name, answered: 0, untold: 0, lastError: '' };
    this.clients.push(client);
    for (let i = 0; !stopped.aborted; i++) {
      const callee = callees[i % callees.length];
      if (callee !== undefined) await this.#call(client, ribbon, callee);
      await sleep(60, undefined, { ref: false });
    }
  }

  /**
   * Somebody called an address whose registry has these ends of it. A stock Eureka shows a crashed instance until its lease
   * has run out (twice the duration, a known flaw of it), and its clients call it until their next polls. The same holds
   * here, plus our own lag, and a hold only where so many were lost at once that there may be one; nothing is counted
   * while the news could not come through.
   */
  calledDead(address: string, source: 'legacy' | 'kubernetes', diedAt: number, ends: readonly End[]): void {
    const at = this.#now();
    this.counts.dead++;
    const due = ends.map(
      (end) => this.#judge.shownUntil(source, end, [source, ...CALLERS_PARTS], at) + LIMITS.callerLag,
    );
    this.counts.latestDeadMs = Math.max(this.counts.latestDeadMs, at - diedAt);
    if (at <= Math.min(...due, Infinity)) return;
    this.counts.deadTooLate++;
    const since = ((at - diedAt) / 1000).toFixed(1);
    this.#judge.note('call to a dead address', at, 'a Ribbon client', `${address}, dead for ${since} s`);
  }

  async #call(client: ClientCounts, ribbon: Pick<RibbonCaller, 'call'>, callee: Callee): Promise<void> {
    client.untold++;
    const summary = await ribbon.call(callee.name, 1).catch((error: unknown) => {
      client.lastError = String(error).slice(0, 200);
    });
    if (summary === undefined) return;
    client.untold--;
    client.answered += summary.ok;
    this.counts.calls++;
    const at = this.#now();
    for (const backend of Object.keys(summary.backends))
      if (!callee.owns(backend))
        this.#judge.note('call to a wrong backend', at, 'a Ribbon client', `${callee.name}: ${backend}`);
    for (const failure of Object.keys(summary.failures)) {
      this.counts.failed++;
      this.failures.add(failure.replaceAll(/\d+/g, '#').slice(0, 90));
      if (/no server|No instances available/i.test(failure)) this.#nobody(callee, at);
    }
  }

  #nobody(callee: Callee, at: number): void {
    this.counts.nobody++;
    const calm = undisturbedSince(this.#faults, ['legacy', 'kubernetes', ...CALLERS_PARTS], at);
    if (at <= Math.max(callee.aliveSince(), calm) + LIMITS.lag + LIMITS.callerLag) return;
    this.#judge.note('nobody to call', at, 'a Ribbon client', callee.name);
  }
}
