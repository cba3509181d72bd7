import assert from 'node:assert/strict';
import { Socket } from 'node:net';
import { test } from 'node:test';
import { TLSSocket } from 'node:tls';
import { ClientCertificates } from '../../../../server/tls/client-certificates.ts';
import { SteppedClock } from '../../../support/stepped-clock.ts';

/** A connection after its handshake, whose certificate ends at `endsAt` (epoch milliseconds). */
function connection(endsAt: number, authorized = true): TLSSocket {
  const raw = Buffer.from('a certificate');
  const certificate = { raw, subject: { CN: 'batch', O: 'Acme' }, valid_to: new Date(endsAt).toUTCString() };
  return Object.assign(new TLSSocket(new Socket()), { authorized, getPeerCertificate: () => certificate });
}

/** The subject that counts. */
function believed(certificates: ClientCertificates, socket: TLSSocket): string | undefined {
  const certificate = certificates.of(socket);
  return certificate?.kind === 'believed' ? certificate.shown : undefined;
}

test('a certificate counts until it ends, on a connection that goes on as well', () => {
  const clock = new SteppedClock();
  const certificates = new ClientCertificates(clock);
  const hour = 3_600_000;
  // A certificate ends at a whole second.
  const endsAt = Math.ceil(clock.now() / 1000) * 1000 + hour;
  const [ending, lasting] = [connection(endsAt), connection(endsAt + hour)];
  for (const each of [ending, lasting]) certificates.note(each);
  clock.advance(endsAt - 1 - clock.now());
  const subject = believed(certificates, lasting);
  assert.ok(subject !== undefined);
  assert.equal(believed(certificates, ending), subject);
  clock.advance(1);
  assert.equal(believed(certificates, ending), undefined);
  assert.equal(believed(certificates, lasting), subject);
});

test('what was verified by other authorities counts no more, nor what did not verify or was not shown', () => {
  const clock = new SteppedClock();
  const certificates = new ClientCertificates(clock);
  const endsAt = clock.now() + 3_600_000;
  const [good, foreign] = [connection(endsAt), connection(endsAt, false)];
  for (const each of [good, foreign]) certificates.note(each);
  assert.ok(believed(certificates, good) !== undefined);
  assert.equal(believed(certificates, foreign), undefined);
  assert.equal(believed(certificates, connection(endsAt)), undefined);
  certificates.forget();
  assert.equal(believed(certificates, good), undefined);
});
