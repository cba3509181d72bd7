import type { PeerCertificate, TLSSocket } from 'node:tls';
import { subjectOf, type Attribute, type Subject } from '../../shared/auth/subject.ts';
import type { Clock } from '../ports/clock.ts';

interface Verified {
  readonly subject: Subject;
  /** Epoch milliseconds. */
  readonly endsAt: number;
}

/**
 * The certificates that clients have shown, read once a connection: that is too much work for each request. They count as
 * long as they are valid, and as the authorities are those that they were verified by.
 */
export class ClientCertificates {
  readonly #clock: Clock;
  #verified = new WeakMap<object, Verified>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A connection whose handshake is done. What does not verify counts as none. */
  note(socket: TLSSocket): void {
    if (!socket.authorized) return;
    const certificate = socket.getPeerCertificate();
    const attributes = attributesOf(certificate);
    if (attributes.length > 0)
      this.#verified.set(socket, { subject: subjectOf(attributes), endsAt: Date.parse(certificate.valid_to) });
  }

  subjectOf(socket: object): Subject | undefined {
    const verified = this.#verified.get(socket);
    return verified !== undefined && this.#clock.now() < verified.endsAt ? verified.subject : undefined;
  }

  /** Other authorities are trusted now: each connection has to show itself anew. */
  forget(): void {
    this.#verified = new WeakMap();
  }
}

/** `subject` is not there when the client has shown nothing. */
function attributesOf({ subject }: Partial<PeerCertificate>): readonly Attribute[] {
  return Object.entries(subject ?? {}).flatMap(([type, value]) =>
    [value ?? []].flat().map((each): Attribute => [type, each]),
  );
}
