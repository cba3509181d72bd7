import { SteppedClock } from './stepped-clock.ts';

/** A stepped clock whose time can be set. Timers do not notice, as they go by another clock. */
export class JumpingClock extends SteppedClock {
  #offset = 0;

  override now(): number {
    return super.now() + this.#offset;
  }

  jump(ms: number): void {
    this.#offset += ms;
  }
}
