import { doubtText } from '../../shared/auth/client-certificate.ts';
import { connectionProblem } from '../../shared/text/connection-problem.ts';
import type { Clock } from '../ports/clock.ts';
import { LineLimit } from '../ports/line-limit.ts';
import type { Log } from '../ports/log.ts';

export interface Failure {
  readonly peer: string;
  /** OpenSSL's code for what is wrong with the certificate of the client; `undefined`: it is something else. */
  readonly doubt: string | undefined;
  readonly error: Error;
}

/**
 * Logs handshakes that failed, each peer and reason once a minute: no request follows that would tell of them, and the
 * day on which the certificates of a fleet end must not pass in silence.
 */
export class HandshakeLog {
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #limit = new LineLimit();

  constructor(log: Log, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  note({ peer, doubt, error }: Failure): void {
    const reason = doubt === undefined ? handshakeText(error) : `the client certificate ${doubtText(doubt)}`;
    const untold = this.#limit.admit(`${reason} ${peer}`, this.#clock.now());
    if (untold === undefined) return;
    const { before: failedBefore, others: othersUntold } = untold;
    this.#log.warn(
      { peer, reason, failedBefore, ...(othersUntold > 0 && { othersUntold }) },
      'a TLS handshake failed: the connection was ended',
    );
  }
}

/** What OpenSSL says, and what it means here. */
const MEANINGS: readonly (readonly [said: RegExp, meaning: string])[] = [
  [/peer did not return a certificate/, 'the client has shown no certificate (listen.tls.clientAuth is require)'],
  [/:http request:/, 'the client speaks plain HTTP'],
  [
    /alert (unknown ca|bad certificate|certificate unknown|certificate expired)/,
    'the client does not believe our certificate ($1)',
  ],
];

function handshakeText({ message }: Error): string {
  for (const [said, meaning] of MEANINGS) {
    const found = said.exec(message);
    if (found !== null) return meaning.replace('$1', found[1] ?? '');
  }
  return connectionProblem(message);
}
