import assert from 'node:assert/strict';
import { Socket } from 'node:net';
import { test } from 'node:test';
import { TLSSocket, type PeerCertificate } from 'node:tls';
import { ClientCertificates } from '../../../../server/tls/client-certificates.ts';
import { subjectOf } from '../../../../shared/auth/subject.ts';
import { SteppedClock } from '../../../support/stepped-clock.ts';

const BATCH = subjectOf([['CN', 'batch']]);

/** A connection whose client showed this certificate. */
function connection(certificate: object, authorized = true): TLSSocket {
  const socket = new TLSSocket(new Socket());
  socket.authorized = authorized;
  return Object.assign(socket, { getPeerCertificate: () => certificate as PeerCertificate });
}

const endsAt = (ms: number): string => new Date(ms).toUTCString();

test('a certificate counts on its connection until it ends, though the connection goes on', () => {
  const clock = new SteppedClock();
  const certificates = new ClientCertificates(clock);
  const socket = connection({ subject: { CN: 'batch' }, valid_to: endsAt(clock.now() + 60_000) });
  certificates.note(socket);
  assert.equal(certificates.subjectOf(socket), BATCH);
  clock.advance(58_000);
  assert.equal(certificates.subjectOf(socket), BATCH);
  clock.advance(2_000);
  assert.equal(certificates.subjectOf(socket), undefined);
});

test('one that did not verify counts as none, and so does one of authorities that are not in force any more', () => {
  const clock = new SteppedClock();
  const certificates = new ClientCertificates(clock);
  const certificate = { subject: { CN: 'batch' }, valid_to: endsAt(clock.now() + 60_000) };
  const [good, bad] = [connection(certificate), connection(certificate, false)];
  for (const socket of [good, bad, connection({})]) certificates.note(socket);
  assert.deepEqual([certificates.subjectOf(good), certificates.subjectOf(bad)], [BATCH, undefined]);
  certificates.forget();
  assert.equal(certificates.subjectOf(good), undefined);
});
