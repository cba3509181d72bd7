const MINUTE_MS = 60_000;

/** Heartbeats per minute, measured as in stock: the last complete minute since the start counts. */
export class RenewalRate {
  #minuteStart: number;
  #thisMinute = 0;
  #lastMinute = 0;

  constructor(startedAt: number) {
    this.#minuteStart = startedAt;
  }

  count(now: number): void {
    this.#roll(now);
    this.#thisMinute++;
  }

  /** Heartbeats in the last complete minute; 0 during the first one. */
  lastMinute(now: number): number {
    this.#roll(now);
    return this.#lastMinute;
  }

  #roll(now: number): void {
    const minutes = Math.floor((now - this.#minuteStart) / MINUTE_MS);
    if (minutes < 1) return;
    this.#lastMinute = minutes === 1 ? this.#thisMinute : 0;
    this.#thisMinute = 0;
    this.#minuteStart += minutes * MINUTE_MS;
  }
}
