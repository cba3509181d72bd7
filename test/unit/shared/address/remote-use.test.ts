import assert from 'node:assert/strict';
import { test } from 'node:test';
import { whyNotRemote } from '../../../../shared/address/remote-use.ts';

const OF_NO_USE = {
  unspecified: ['0.0.0.0', '::', '::ffff:0.0.0.0', '0:0:0:0:0:0:0:0'],
  'this network': ['0.1.2.3'],
  loopback: [
    '64:ff9b::7f00:1',
    '::ffff:0:127.0.0.1',
    '2002:7f00:1::',
    '127.0.0.1',
    '127.255.255.254',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::127.0.0.1',
  ],
  'link-local': ['169.254.169.254', 'fe80::1', 'febf::1', '::ffff:169.254.0.1'],
  'of one link': ['fe80::1%eth0'],
  multicast: ['224.0.0.1', '239.255.255.255', 'ff02::1'],
  broadcast: ['255.255.255.255'],
  reserved: ['240.0.0.1'],
  'that discards': ['100::1'],
  'only the DNS of a cluster': ['ingress.infra.svc', 'Ingress.infra.svc.cluster.local.', 'x.cluster.local'],
  'the machine itself': [
    'localhost',
    'LOCALHOST',
    'localhost.',
    'carol.localhost',
    'localhost.localdomain',
    'ip6-localhost',
    'localhost6',
    'localhost4.localdomain4',
    'ip6-allnodes',
  ],
};

for (const [why, addresses] of Object.entries(OF_NO_USE))
  for (const address of addresses)
    test(`${address} is of no use to a remote caller (${why})`, () => {
      assert.match(whyNotRemote(address) ?? '', new RegExp(why));
    });

for (const address of [
  '10.20.0.80',
  '100.64.0.1',
  '128.0.0.1',
  '169.253.1.1',
  '223.255.255.255',
  'fd00::1',
  'fec0::1',
  '2001:db8::1',
  '::ffff:10.0.0.1',
  '64:ff9b::a00:1',
  'lb.example.com',
  'svc.example.com',
  'lb.infra.svc.example.com',
  'lb.local',
  '100:1::1',
  '2002:a14:1::',
  'localhost.example.com',
  'mylocalhost',
])
  test(`${address} may be called from elsewhere`, () => {
    assert.equal(whyNotRemote(address), undefined);
  });
