import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseNetwork, type Network } from '../../../../shared/address/network.ts';
import { clientAddress } from '../../../../shared/auth/client-address.ts';

const TRUSTED: readonly Network[] = ['10.0.0.0/8', 'fd00::/8'].map((text) => {
  const network = parseNetwork(text);
  assert.ok(network.ok);
  return network.value;
});

describe('whom a request comes from', () => {
  for (const [peer, forwarded, address] of [
    ['192.0.2.1', undefined, '192.0.2.1'],
    ['192.0.2.1', '198.51.100.7', '192.0.2.1'],
    ['10.0.0.1', '198.51.100.7', '198.51.100.7'],
    ['::ffff:10.0.0.1', '198.51.100.7', '198.51.100.7'],
    ['10.0.0.1', '1.2.3.4, 198.51.100.7, 10.9.9.9', '198.51.100.7'],
    ['10.0.0.1', '10.0.0.8, 10.0.0.9', '10.0.0.8'],
    ['10.0.0.1', '198.51.100.7:4711', '198.51.100.7'],
    ['fd00::1', '[2001:db8::1]:4711', '2001:db8::1'],
    ['10.0.0.1', '2001:db8::1', '2001:db8::1'],
    ['10.0.0.1', 'unknown', '10.0.0.1'],
    ['10.0.0.1', '198.51.100.7, junk', '10.0.0.1'],
    ['10.0.0.1', '', '10.0.0.1'],
    [undefined, '198.51.100.7', ''],
  ] as const)
    test(`${peer} that says ${forwarded} is ${address || 'unknown'}`, () =>
      assert.equal(clientAddress(peer, forwarded, TRUSTED), address));

  for (const hop of ['x198.51.100.7:4711', '198.51.100.7:4711x', '198.51.100.7:'])
    test(`${hop} is no address with a port`, () => assert.equal(clientAddress('10.0.0.1', hop, TRUSTED), '10.0.0.1'));

  test('hops further back than any chain of proxies are not believed', () => {
    const proxies = Array.from({ length: 32 }, () => '10.0.0.2').join(', ');
    assert.equal(clientAddress('10.0.0.1', `198.51.100.7, ${proxies}`, TRUSTED), '10.0.0.2');
  });

  test('no list is too long to be read', () => {
    const list = Array.from({ length: 10_000 }, () => '10.0.0.2').join(', ');
    assert.equal(clientAddress('10.0.0.1', list, TRUSTED), '10.0.0.2');
  });
});
