import type { PeerCertificate, TLSSocket } from 'node:tls';
import { doubtText, type ClientCertificate } from '../../shared/auth/client-certificate.ts';
import { subjectOf, writtenSubject, type Attribute } from '../../shared/auth/subject.ts';
import type { Clock } from '../ports/clock.ts';

interface Noted {
  readonly certificate: ClientCertificate;
  readonly end: string;
  /** Epoch milliseconds. */
  readonly endsAt: number;
  /** Which authorities have verified it. */
  readonly authorities: number;
}

/**
 * The certificates of clients, by connection. A certificate is read once per connection, because that is too much work
 * for each request. It counts while it is valid, and while the authorities that verified it are in force.
 */
export class ClientCertificates {
  readonly #clock: Clock;
  readonly #noted = new WeakMap<object, Noted>();
  /** A number for each change of the authorities. */
  #authorities = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Reads the certificate of a connection whose handshake is complete. */
  note(socket: TLSSocket): void {
    const certificate: Partial<PeerCertificate> = socket.getPeerCertificate();
    const { raw, valid_to: end = '' } = certificate;
    if (raw === undefined) return;
    const attributes = attributesOf(certificate);
    const shown = writtenSubject(attributes);
    const endsAt = Date.parse(end);
    const code = socket.authorized ? undefined : String(socket.authorizationError);
    const noted = { end, endsAt, authorities: this.#authorities };
    if (code === undefined)
      this.#noted.set(socket, {
        ...noted,
        certificate: { kind: 'believed', subject: subjectOf(attributes), shown },
      });
    else {
      const hasEnded = code === 'CERT_HAS_EXPIRED' && endsAt <= this.#clock.now();
      const why = hasEnded ? endText(end) : doubtText(code);
      this.#noted.set(socket, { ...noted, certificate: { kind: 'doubted', shown, why } });
    }
  }

  /** `undefined`: the client has shown none. */
  of(socket: object): ClientCertificate | undefined {
    const noted = this.#noted.get(socket);
    if (noted === undefined) return undefined;
    const { certificate, end, endsAt, authorities } = noted;
    if (certificate.kind === 'doubted') return certificate;
    const { shown } = certificate;
    if (authorities !== this.#authorities) return { kind: 'doubted', shown, why: REPLACED };
    return this.#clock.now() < endsAt ? certificate : { kind: 'doubted', shown, why: endText(end) };
  }

  /** Must be called when other authorities are in force: each connection must be verified again. */
  forget(): void {
    this.#authorities += 1;
  }
}

const REPLACED = 'was verified by authorities that have been replaced since: connect anew';

function endText(end: string): string {
  return `has ended (${end})`;
}

/** `subject` is absent when the client has sent no certificate. */
function attributesOf({ subject }: Partial<PeerCertificate>): readonly Attribute[] {
  return Object.entries(subject ?? {}).flatMap(([type, value]) =>
    [value ?? []].flat().map((each): Attribute => [type, each]),
  );
}
