import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseRfc3339, rfc3339 } from '../../../../shared/text/rfc3339.ts';

for (const [text, utc] of [
  ['2026-03-01T10:00:00Z', '2026-03-01T10:00:00.000Z'],
  ['2026-03-01t10:00:00z', '2026-03-01T10:00:00.000Z'],
  ['2026-03-01 10:00:00Z', '2026-03-01T10:00:00.000Z'],
  ['2026-03-01T10:00:00.5Z', '2026-03-01T10:00:00.500Z'],
  ['2026-03-01T10:00:00.123999999999999999Z', '2026-03-01T10:00:00.123Z'],
  ['2026-03-01T10:00:00+01:00', '2026-03-01T09:00:00.000Z'],
  ['2026-03-01T00:30:00.25+05:45', '2026-02-28T18:45:00.250Z'],
  ['2026-12-31T23:00:00-08:00', '2027-01-01T07:00:00.000Z'],
  ['2026-03-01T10:00:00-00:00', '2026-03-01T10:00:00.000Z'],
  ['2026-03-01T10:00:00+23:59', '2026-02-28T10:01:00.000Z'],
  ['2028-02-29T00:00:00Z', '2028-02-29T00:00:00.000Z'],
  ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000Z'],
  ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
  ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59.000Z'],
] as const)
  test(`${text} is a time`, () => assert.equal(new Date(parseRfc3339(text)!).toISOString(), utc));

for (const text of [
  '',
  'now',
  '2026-03-01',
  '10:00:00Z',
  '2026-03-01T10:00Z',
  '2026-03-01T10:00:00',
  '2026-03-01T10:00:00 Z',
  '2026-03-01T10:00:00+0100',
  '2026-03-01T10:00:00+1:00',
  '2026-03-01T10:00:00+24:00',
  '2026-03-01T10:00:00+01:60',
  '2026-03-01T10:00:00,5Z',
  '2026-03-01T10:00:00.Z',
  '2026-03-01T24:00:00Z',
  '2026-03-01T10:60:00Z',
  '2026-03-01T10:00:61Z',
  '2026-02-29T10:00:00Z',
  '2026-02-30T10:00:00Z',
  '2026-04-31T10:00:00Z',
  '2026-00-01T10:00:00Z',
  '2026-13-01T10:00:00Z',
  '2026-03-00T10:00:00Z',
  '2026-03-32T10:00:00Z',
  '26-03-01T10:00:00Z',
  '+002026-03-01T10:00:00Z',
  '2026-3-1T10:00:00Z',
  '1772359200',
  '2026-03-01T10:00:00Z\n',
  ' 2026-03-01T10:00:00Z',
  '2026-03-01T10:00:00Z2026-03-01T10:00:00Z',
  '٢٠٢٦-03-01T10:00:00Z',
])
  test(`${JSON.stringify(text)} is no time`, () => assert.equal(parseRfc3339(text), undefined));

test('what is written is read as it was, and offsets only say it in another way', () => {
  const offset = fc.integer({ min: -1439, max: 1439 });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 253_000_000_000_000 }), offset, (ms, minutes) => {
      assert.equal(parseRfc3339(rfc3339(ms)), ms);
      const two = (number: number): string => String(Math.trunc(number)).padStart(2, '0');
      const local = new Date(ms + minutes * 60_000).toISOString().slice(0, -1);
      const written = `${minutes < 0 ? '-' : '+'}${two(Math.abs(minutes) / 60)}:${two(Math.abs(minutes) % 60)}`;
      assert.equal(parseRfc3339(local + written), ms);
    }),
  );
});
