import type { Clock } from '../ports/clock.ts';

/**
 * Writes as many of the bytes as the reader takes without a wait. `error` is `undefined` when some were written,
 * `EAGAIN` when the reader is not ready, and otherwise the code of what went wrong.
 */
export type WriteSome = (bytes: Uint8Array, done: (error: string | undefined, written: number) => void) => void;

export interface LogOutputParts {
  readonly writeSome: WriteSome;
  readonly clock: Clock;
}

/** Lines that wait for a slow reader: half a minute's worth at the busiest, and little beside the registry. */
const MAX_WAITING_BYTES = 1024 * 1024;
/** Milliseconds until a reader that was not ready is tried again. */
const RETRY_MS = 50;

/**
 * Writes log lines without ever waiting for the reader, which may not read, be gone, or have no space. Lines that
 * cannot be written are dropped and counted. Each line is tried, so the log goes on when the reader recovers.
 */
export class LogOutput {
  readonly #parts: LogOutputParts;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #writing = false;
  /** The last line was written in part. */
  #torn = false;
  #dropped = 0;
  #whenIdle: (() => void)[] = [];

  constructor(parts: LogOutputParts) {
    this.#parts = parts;
  }

  /** Lines that were not written, since the start. */
  get dropped(): number {
    return this.#dropped;
  }

  write(line: string): void {
    const bytes = Buffer.from(line);
    if (this.#waitingBytes + bytes.length > MAX_WAITING_BYTES) {
      this.#dropped++;
      return;
    }
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (!this.#writing) this.#next();
  }

  /** Resolves with true when every line was written or dropped, with false after `limitMs`. */
  async flush(limitMs: number): Promise<boolean> {
    if (!this.#writing) return true;
    return new Promise((resolve) => {
      const cancel = this.#parts.clock.after(limitMs, () => resolve(false));
      this.#whenIdle.push(() => {
        cancel();
        resolve(true);
      });
    });
  }

  /** Writes all lines that came while the last piece was written, as one piece. */
  #next(): void {
    const lines = this.#waiting;
    this.#waiting = [];
    this.#writing = lines.length > 0;
    if (this.#writing) this.#send(Buffer.concat(this.#torn ? [Buffer.from('\n'), ...lines] : lines));
    else for (const resolve of this.#whenIdle.splice(0)) resolve();
  }

  #send(bytes: Uint8Array): void {
    this.#parts.writeSome(bytes, (error, written) => {
      const rest = bytes.subarray(written);
      if (written > 0) this.#torn = bytes[written - 1] !== NEWLINE;
      this.#waitingBytes = Math.max(0, this.#waitingBytes - written);
      if (rest.length === 0) this.#next();
      else if (error === undefined) this.#send(rest);
      else if (error === 'EAGAIN') this.#parts.clock.after(RETRY_MS, () => this.#send(rest));
      else this.#drop(rest);
    });
  }

  #drop(bytes: Uint8Array): void {
    this.#dropped += bytes.reduce((lines, byte) => lines + (byte === NEWLINE ? 1 : 0), 0);
    this.#waitingBytes = Math.max(0, this.#waitingBytes - bytes.length);
    this.#next();
  }
}

const NEWLINE = 10;
