import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeText } from '../../../../../server/sources/manifests/manifest-text.ts';

const TEXT = 'kind: Ingress\nmetadata: {name: carol}\n';

function refusal(bytes: Uint8Array): string {
  const decoded = decodeText(bytes);
  assert.equal(decoded.ok, false);
  return decoded.ok ? '' : `${decoded.error.line}: ${decoded.error.message}`;
}

/** In units of `width` bytes, low byte first unless `big`. */
function wide(text: string, width: 2 | 4, big: boolean): Buffer {
  const bytes = Buffer.alloc(text.length * width);
  for (let i = 0; i < text.length; i++) bytes[i * width + (big ? width - 1 : 0)] = text.charCodeAt(i);
  return bytes;
}

for (const [encoding, width] of [
  ['UTF-16', 2],
  ['UTF-32', 4],
] as const)
  for (const big of [false, true])
    for (const mark of ['\u{feff}', '']) {
      const bytes = wide(TEXT, width, big);
      const marked = mark === '' ? bytes : Buffer.concat([markOf(width, big), bytes]);
      test(`${encoding}, ${big ? 'high' : 'low'} byte first, ${mark === '' ? 'without' : 'with'} a mark, is named`, () => {
        assert.equal(refusal(marked), `undefined: not UTF-8 (it looks like ${encoding}): save it as UTF-8`);
      });
    }

function markOf(width: 2 | 4, big: boolean): Buffer {
  if (width === 2) return Buffer.from(big ? [0xfe, 0xff] : [0xff, 0xfe]);
  return Buffer.from(big ? [0, 0, 0xfe, 0xff] : [0xff, 0xfe, 0, 0]);
}

test('UTF-8 is accepted, with a mark or without', () => {
  const text = 'zone: bücher-日本-😀\n';
  assert.deepEqual(decodeText(Buffer.from(text)), { ok: true, value: text });
  assert.deepEqual(decodeText(Buffer.from(`\u{feff}${text}`)), { ok: true, value: text });
  assert.deepEqual(decodeText(Buffer.from('')), { ok: true, value: '' });
});

test('a letter of another encoding is named by its line and byte', () => {
  assert.match(refusal(Buffer.from('kind: Ingress\nzone: b\u00fccher\n', 'latin1')), /^2: not UTF-8 \(a byte FC /);
  assert.match(refusal(Buffer.from([0x61, 0x0a, 0x0a, 0xe2, 0x82])), /^3: not UTF-8/);
  assert.match(refusal(Buffer.from([0x61, 0x62, 0x63, 0x64, 0x65, 0x00])), /no text/);
});

test('whatever the bytes, they are text without replaced letters or refused', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      const decoded = decodeText(bytes);
      if (!decoded.ok) return;
      const again = Buffer.from(decoded.value);
      const mark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
      assert.deepEqual(again, Buffer.from(bytes.subarray(mark)));
    }),
  );
});
