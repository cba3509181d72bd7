import assert from 'node:assert/strict';
import { test } from 'node:test';
import { absorbs, overlayRules, unreachable } from '../../../../shared/registry/overlay.ts';

const rules = overlayRules({ cidrs: ['10.42.0.0/16', 'fd00::/8', 'fe80::/10'], action: 'absorb' });

test('an address is out of reach in each of its spellings, as the address or as the host name', () => {
  for (const address of [
    '10.42.0.7',
    ' 10.42.0.7 ',
    '10.42.0.7.',
    '::ffff:10.42.0.7',
    '::ffff:a2a:7',
    '0:0:0:0:0:ffff:10.42.0.7',
    '[::FFFF:10.42.0.7]',
    'fd12::1',
    'FD12:0:0:0:0:0:0:1',
    '[fd12::1]',
    'fd12::1%eth0',
    'fe80::1%eth0',
    '[fe80::1%2]',
  ]) {
    assert.ok(unreachable({ ipAddr: address, hostName: 'pod-7' }, rules), address);
    assert.ok(unreachable({ ipAddr: '172.16.0.1', hostName: address }, rules), `${address} as the host name`);
  }
});

test('what is in no network is in reach, and a name is in none', () => {
  for (const address of [
    '10.43.0.7',
    '::10.42.0.7',
    '10.42.0',
    '10.42.0.7.example.com',
    'pod-10-42-0-7',
    '2001:db8::1',
    '',
    '10.42.0.256',
  ])
    assert.equal(unreachable({ ipAddr: address, hostName: address }, rules), undefined, address);
});

test('the reason names what was given and the network as written', () => {
  const found = unreachable({ ipAddr: '172.16.0.1', hostName: 'fd12::1' }, rules);
  assert.deepEqual([found?.address, found?.network.text], ['fd12::1', 'fd00::/8']);
});

test('leases are absorbed only where networks are given, and no registry of our own keeps them anyway', () => {
  const cidrs = ['10.42.0.0/16'];
  assert.equal(absorbs({ overlay: { cidrs, action: 'absorb' }, leases: { enabled: false } }), true);
  assert.equal(absorbs({ overlay: { cidrs: [], action: 'absorb' }, leases: { enabled: false } }), false);
  assert.equal(absorbs({ overlay: { cidrs, action: 'absorb' }, leases: { enabled: true } }), false);
  for (const action of ['hide', 'forward'] as const)
    assert.equal(absorbs({ overlay: { cidrs, action }, leases: { enabled: false } }), false);
});
