import type { PeerCertificate, TLSSocket } from 'node:tls';
import { subjectOf, type Attribute, type Subject } from '../../shared/auth/subject.ts';
import type { Clock } from '../ports/clock.ts';

interface Verified {
  readonly subject: Subject;
  /** Epoch milliseconds. */
  readonly endsAt: number;
}

/**
 * The verified certificates of clients, by connection. A certificate is read once per connection, because that is too
 * much work for each request. It counts while it is valid, and while the authorities that verified it are in force.
 */
export class ClientCertificates {
  readonly #clock: Clock;
  #verified = new WeakMap<object, Verified>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Reads the certificate of a connection whose handshake is complete. An unverified certificate counts as none. */
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

  /** Must be called when other authorities are in force: each connection must be verified again. */
  forget(): void {
    this.#verified = new WeakMap();
  }
}

/** `subject` is absent when the client has sent no certificate. */
function attributesOf({ subject }: Partial<PeerCertificate>): readonly Attribute[] {
  return Object.entries(subject ?? {}).flatMap(([type, value]) =>
    [value ?? []].flat().map((each): Attribute => [type, each]),
  );
}
