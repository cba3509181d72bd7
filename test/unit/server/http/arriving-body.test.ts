import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ArrivingBody } from '../../../../server/http/arriving-body.ts';

function arrived(parts: number, bytes: number): ArrivingBody {
  const body = new ArrivingBody();
  for (let i = 0; i < parts; i++) body.add(bytes);
  return body;
}

describe('what has arrived of a body', () => {
  for (const [name, parts, bytes, cost] of [
    ['in one small part', 1, 20, 20],
    ['in packets', 40, 1448, 40 * 1448],
    ['in half packets', 40, 512, 40 * 512],
    ['in smaller parts', 40, 256, 40 * 256 + 20 * 256],
    ['byte by byte', 15_000, 1, 15_000 + 256 * (15_000 - 30)],
  ] as const)
    test(`takes its bytes, and some for each part that is smaller than those of ordinary clients: ${name}`, () =>
      assert.equal(arrived(parts, bytes).cost, cost));

  for (const [name, parts, bytes, isShredded] of [
    ['thousands of bytes', 4_000, 1, false],
    ['more of them', 4_200, 1, true],
    ['8 MiB, 64 at a time', 8 * 16_384, 64, false],
    ['the largest registration, 50 at a time', 10_500, 50, false],
    ['the same, 16 at a time', 32_768, 16, true],
  ] as const)
    test(`is shredded by the thousand, beyond what its length explains: ${name}`, () =>
      assert.equal(arrived(parts, bytes).isShredded, isShredded));

  test('is given to nobody once it is dropped', () => {
    const body = new ArrivingBody();
    let told = 0;
    body.onPart = () => {
      if (++told === 2) body.drop();
    };
    assert.deepEqual(
      [1, 2, 3].map((bytes) => body.add(bytes)),
      [true, false, false],
    );
    assert.equal(told, 2);
  });
});
