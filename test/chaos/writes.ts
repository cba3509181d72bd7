import { Tally } from '../testbed/tally.ts';
import type { WriteAnswer } from './ec2-instance.ts';
import { undisturbedSince, type InjectedFault, type Part } from './faults.ts';
import type { Judge } from './judge.ts';
import { REPLICAS } from './plan.ts';
import { LIMITS, TIMES } from './timing.ts';

/** What a write through us depends on: any replica may get it, and asks the legacy. */
const WRITE_PARTS: readonly Part[] = [
  'legacy',
  'balancer',
  ...Array.from({ length: REPLICAS }, (_, i): Part => `replica-${i}`),
];

const DONE: Readonly<Record<WriteAnswer['what'], number>> = { register: 204, renew: 200, cancel: 200 };

/** The writes through us, and the rule for their answers. */
export class Writes {
  readonly counts = new Tally();
  /** Those that nothing disturbed. */
  readonly calm = { sent: 0, done: 0 };
  readonly #judge: Judge;
  readonly #faults: readonly InjectedFault[];

  constructor(judge: Judge, faults: readonly InjectedFault[]) {
    this.#judge = judge;
    this.#faults = faults;
  }

  answered(write: WriteAnswer): void {
    const { what, id, through, status, sentAt, receivedAt, reason } = write;
    if (through === 'legacy') return;
    this.counts.add(status === 0 ? `${what} without an answer` : `${what} ${status}`);
    const isCalm = undisturbedSince(this.#faults, WRITE_PARTS, receivedAt) < sentAt;
    const isDone = status === DONE[what];
    if (isCalm) this.calm.sent++;
    if (isCalm && isDone) this.calm.done++;
    if (isDone || (what !== 'register' && status === 404 && !this.#isHeld(write))) return;
    const isRefused = status === 0 || status === 502 || status === 503;
    if (isRefused && (!isCalm || receivedAt - sentAt >= LIMITS.write)) return; // a machine may be that slow
    this.#judge.note('write', receivedAt, 'balancer', `${what} ${id}: ${status} by ${reason}`);
  }

  /** Its lease can neither have run out nor been lost with the registry. */
  #isHeld({ sentAt, acceptedAt }: WriteAnswer): boolean {
    return (
      sentAt - acceptedAt < TIMES.leaseDuration && undisturbedSince(this.#faults, ['legacy'], sentAt) <= acceptedAt
    );
  }
}
