import assert from 'node:assert/strict';
import { test } from 'node:test';
import { networkOf, parseCidr, unmapped } from '../../../../shared/address/network.ts';

function network(text: string): Extract<ReturnType<typeof parseCidr>, { ok: true }>['value'] {
  const parsed = parseCidr(text);
  assert.ok(parsed.ok, `${text} parses`);
  return parsed.value;
}

test('an address is found in the network that holds it', () => {
  const networks = [network('10.42.0.0/16'), network('fd00::/8'), network('192.0.2.7')];
  assert.equal(networkOf('10.42.255.1', networks)?.text, '10.42.0.0/16');
  assert.equal(networkOf('10.43.0.1', networks), undefined);
  assert.equal(networkOf('fd12:3456::1', networks)?.text, 'fd00::/8');
  assert.equal(networkOf('2001:db8::1', networks), undefined);
  assert.equal(networkOf('192.0.2.7', networks)?.text, '192.0.2.7');
  assert.equal(networkOf('192.0.2.8', networks), undefined);
  assert.equal(networkOf('a.host.name', networks), undefined);
  assert.equal(networkOf('::ffff:10.42.0.1', [network('::ffff:0:0/96')])?.text, '::ffff:0:0/96');
  assert.equal(networkOf('10.1.1.1', [network('0.0.0.0/0')])?.text, '0.0.0.0/0');
});

test('what is no network is refused in words', () => {
  for (const text of [
    '',
    '10.42.0.0/33',
    '10.42.0/16',
    '10.42.0.256',
    'fd00::1::2/8',
    'fd00::/129',
    '1.2.3.4/x',
    '1.2.3.4/8/9',
    ':::',
    '1:2:3:4:5:6:7:8:9',
    'fd00::1.2.3',
    'g::',
  ])
    assert.equal(parseCidr(text).ok, false, text);
});

test('an IPv4 address of a socket for both families is the one that people know', () => {
  const cases = [
    ['::ffff:10.0.0.7', '10.0.0.7'],
    ['10.0.0.7', '10.0.0.7'],
    ['fd00::7', 'fd00::7'],
    ['::ffff:7', '::ffff:7'],
  ] as const;
  for (const [given, wanted] of cases) assert.equal(unmapped(given), wanted);
});
