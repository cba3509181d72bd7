import assert from 'node:assert/strict';
import { test } from 'node:test';
import { networkOf, parseNetwork, unmapped, type Network } from '../../../../shared/address/network.ts';

function network(text: string): Network {
  const parsed = parseNetwork(text);
  assert.ok(parsed.ok, `${text} parses`);
  return parsed.value;
}

const NETWORKS = ['10.42.0.0/16', 'fd00::/8', '192.0.2.7', 'fe80::/10', '2001:db8::1'].map(network);

for (const [address, expected] of [
  ['10.42.0.0', '10.42.0.0/16'],
  ['10.42.255.255', '10.42.0.0/16'],
  ['10.43.0.0', undefined],
  ['10.41.255.255', undefined],
  ['::ffff:10.42.0.1', '10.42.0.0/16'],
  ['::FFFF:A2A:1', '10.42.0.0/16'],
  ['0:0:0:0:0:ffff:10.42.0.1', '10.42.0.0/16'],
  ['::10.42.0.1', undefined],
  ['64:ff9b::10.42.0.1', undefined],
  ['fd12:3456::1', 'fd00::/8'],
  ['[fd12:3456::1]', 'fd00::/8'],
  ['FDFF:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'fd00::/8'],
  ['fe80::1%eth0', 'fe80::/10'],
  ['febf::1%3', 'fe80::/10'],
  ['fec0::1', undefined],
  ['2001:db8:0:0:0:0:0:1', '2001:db8::1'],
  ['2001:db8::2', undefined],
  ['192.0.2.7', '192.0.2.7'],
  ['192.0.2.8', undefined],
  ['10.42.0', undefined],
  ['10.42.0.256', undefined],
  ['1:2:3', undefined],
  ['a.host.name', undefined],
  ['', undefined],
] as const)
  test(`${address || 'no address'} is in ${expected ?? 'none of the networks'}`, () => {
    assert.equal(networkOf(address, NETWORKS)?.text, expected);
  });

test('an IPv4-mapped network is the IPv4 network', () => {
  assert.equal(networkOf('10.42.0.1', [network('::ffff:10.42.0.0/112')])?.text, '::ffff:10.42.0.0/112');
  assert.equal(networkOf('10.43.0.1', [network('::ffff:10.42.0.0/112')]), undefined);
  assert.equal(networkOf('::ffff:10.42.0.1', [network('::ffff:0:0/96')])?.text, '::ffff:0:0/96');
});

test('the network of a whole family has no address of the other', () => {
  assert.ok(networkOf('10.1.1.1', [network('0.0.0.0/0')]));
  assert.ok(networkOf('2001:db8::1', [network('::/0')]));
  for (const address of ['10.1.1.1', '::ffff:10.1.1.1']) assert.equal(networkOf(address, [network('::/0')]), undefined);
  assert.equal(networkOf('2001:db8::1', [network('0.0.0.0/0')]), undefined);
});

test('without networks no address is in one', () => {
  assert.equal(networkOf('10.42.0.1', []), undefined);
});

for (const text of [
  '',
  '/8',
  '10.42.0.0/',
  '10.42.0.0/33',
  '10.42.0.0/08',
  '10.42/16',
  '10.42.0.256',
  '1.2.3.4/x',
  '1.2.3.4/-1',
  '1.2.3.4/8/9',
  'fd00::1::2/8',
  'fd00::/129',
  '[fd00::]/8',
  'fe80::%eth0/10',
  ':::',
  '1:2:3',
  'fd00::1.2.3',
  'g::',
  'example.com/8',
])
  test(`${JSON.stringify(text)} is no network`, () => {
    const parsed = parseNetwork(text);
    assert.match(parsed.ok ? '' : parsed.error, /is not a network like|has a prefix length outside/);
  });

for (const [text, meant] of [
  ['10.42.0.0/8', '10.0.0.0/8'],
  ['10.42.0.1/16', '10.42.0.0/16'],
  ['192.0.2.7/31', '192.0.2.6/31'],
  ['1.2.3.4/0', '0.0.0.0/0'],
  ['fd00:1::5/32', 'fd00:1::/32'],
  ['fd00::1/8', 'fd00::/8'],
  ['::ffff:10.42.0.1/112', '10.42.0.0/16'],
])
  test(`${text}: the network is ${meant}, but another length may be meant`, () => {
    const parsed = parseNetwork(text!);
    assert.equal(parsed.ok || parsed.error, `"${text}" has bits set behind its prefix: ${meant} is the network`);
  });

test('a network across the border of IPv4-mapped addresses is refused', () => {
  const parsed = parseNetwork('::ffff:0:0/90');
  assert.match(parsed.ok ? '' : parsed.error, /write it as two networks/);
});

test('the IPv4-mapped address of a dual-stack socket is shown as the IPv4 address', () => {
  const cases = [
    ['::ffff:10.0.0.7', '10.0.0.7'],
    ['10.0.0.7', '10.0.0.7'],
    ['fd00::7', 'fd00::7'],
    ['::ffff:7', '::ffff:7'],
  ] as const;
  for (const [given, wanted] of cases) assert.equal(unmapped(given), wanted);
});
