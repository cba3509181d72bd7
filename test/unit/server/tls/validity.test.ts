import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { validityNote, worseThan, type Validity } from '../../../../server/tls/validity.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 0, 1);
const days = (begins: number, ends: number): Validity => ({
  file: 'tls.crt',
  beginsAt: NOW + begins * DAY,
  endsAt: NOW + ends * DAY,
});

describe('a certificate', () => {
  test('is noted when it ends soon, and is bad when nobody believes it', () => {
    assert.equal(validityNote(undefined, NOW), undefined);
    assert.equal(validityNote(days(-1, 22), NOW), undefined);
    assert.deepEqual(validityNote(days(-1, 20), NOW), {
      verdict: 'note',
      text: 'the certificate ends in 20 d (2026-01-21T00:00:00.000Z)',
    });
    assert.deepEqual(validityNote(days(-9, -3), NOW), {
      verdict: 'bad',
      text: 'the certificate has ended 3 d ago (2025-12-29T00:00:00.000Z)',
    });
    assert.deepEqual(validityNote(days(1, 300), NOW), {
      verdict: 'bad',
      text: 'the certificate is not valid before 2026-01-02T00:00:00.000Z',
    });
  });

  const ENDED = 'tls.crt: the certificate has ended (2025-12-29T00:00:00.000Z)';
  const EARLY = 'tls.crt: the certificate is not valid before 2026-01-02T00:00:00.000Z';
  for (const [what, inForce, next, reason] of [
    ['the first one is taken, whatever it is', undefined, days(-9, -3), undefined],
    ['one without an own certificate follows any', days(-9, 9), undefined, undefined],
    ['a valid one is taken, even if it ends sooner', days(-9, 90), days(-1, 2), undefined],
    ['one that has ended leaves a valid one in force', days(-9, 9), days(-9, -3), ENDED],
    ['one that has ended leaves one in force that ended later', days(-9, -2), days(-9, -3), ENDED],
    ['one that has ended follows one that ended before', days(-9, -4), days(-9, -3), undefined],
    ['one that begins later leaves a valid one in force', days(-9, 9), days(1, 90), EARLY],
    ['one that begins later follows one that has ended', days(-9, -1), days(1, 90), undefined],
  ] as const)
    test(what, () => assert.equal(worseThan(inForce, next, NOW), reason));
});
