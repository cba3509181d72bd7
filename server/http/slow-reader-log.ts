import type { ServerResponse } from 'node:http';
import { unmapped } from '../../shared/address/network.ts';
import { shownPath } from '../../shared/text/shown-url.ts';
import type { Clock } from '../ports/clock.ts';
import { LineLimit } from '../ports/line-limit.ts';
import type { Log } from '../ports/log.ts';

/** Logs clients that were cut off because they did not read their answer, each address once a minute. */
export class SlowReaderLog {
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #limit = new LineLimit();

  constructor(log: Log, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  note({ req }: ServerResponse): void {
    const client = unmapped(req.socket.remoteAddress ?? '');
    const untold = this.#limit.admit(client, this.#clock.now());
    if (untold === undefined) return;
    const { before: cutBefore, others: othersUntold } = untold;
    this.#log.warn(
      { client, path: shownPath(req.url ?? ''), cutBefore, ...(othersUntold > 0 && { othersUntold }) },
      'a client did not read its answer in time: cut off',
    );
  }
}
