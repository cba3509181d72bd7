import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAddressOrHost } from '../../../../shared/address/address-or-host.ts';
import { parseHostName } from '../../../../shared/address/host-name.ts';
import { isIpAddress, urlHost, withoutBrackets } from '../../../../shared/address/ip-address.ts';

type Kind = 'address' | 'host' | 'neither';

const LONG_LABEL = 'a'.repeat(63);
const LONGEST_NAME = [LONG_LABEL, LONG_LABEL, LONG_LABEL, 'a'.repeat(61)].join('.');

// What each text is, and its one spelling if it differs.
const TABLE: readonly (readonly [text: string, kind: Kind, spelling?: string])[] = [
  ['10.0.0.1', 'address'],
  ['0.0.0.0', 'address'],
  ['255.255.255.255', 'address'],
  ['::', 'address'],
  ['::1', 'address'],
  ['fd00::1', 'address'],
  ['FD00::A', 'address', 'fd00::a'],
  ['1:2:3:4:5:6:7:8', 'address'],
  ['::ffff:10.0.0.1', 'address'],
  ['::FFFF:10.0.0.1', 'address', '::ffff:10.0.0.1'],
  ['64:ff9b::192.0.2.1', 'address'],
  ['[::1]', 'address', '::1'],
  ['1:2:3', 'neither'],
  ['1:2:3:4:5:6:7:8:9', 'neither'],
  [':::', 'neither'],
  ['fd00::1::2', 'neither'],
  ['fd00::12345', 'neither'],
  ['::10.0.0.256', 'neither'],
  ['::1%', 'neither'],
  ['fe80::1%eth0', 'neither'],
  ['[::1', 'neither'],
  ['[carol.example.com]', 'neither'],
  ['10.0.0.256', 'neither'],
  ['10.0.0.01', 'neither'],
  ['1.2.3', 'neither'],
  ['1.2.3.4.5', 'neither'],
  ['10', 'neither'],
  ['0x7f.1', 'neither'],
  ['carol.0x1', 'neither'],
  ['carol.example.1', 'neither'],
  ['10.0.0.1:80', 'neither'],
  ['10.0.0.1/32', 'neither'],
  ['10.0.0.1%eth0', 'neither'],
  ['１０.0.0.256', 'neither'],
  ['carol', 'host'],
  ['lb-1.example.com', 'host'],
  ['Carol.Example.COM', 'host', 'carol.example.com'],
  ['carol.example.com.', 'host', 'carol.example.com'],
  ['x_y.example.com', 'host'],
  ['_sip.example.com', 'host'],
  ['10.example.com', 'host'],
  ['1.2.3.4.example', 'host'],
  ['3com', 'host'],
  ['0xyz', 'host'],
  ['bücher.example', 'host', 'xn--bcher-kva.example'],
  ['xn--bcher-kva.example', 'host'],
  [LONGEST_NAME, 'host'],
  [`${LONGEST_NAME}a`, 'neither'],
  [`${LONG_LABEL}a.example`, 'neither'],
  ['', 'neither'],
  ['.', 'neither'],
  ['carol..example', 'neither'],
  ['.carol', 'neither'],
  ['-a', 'neither'],
  ['a-', 'neither'],
  ['a b', 'neither'],
  ['carol:80', 'neither'],
  ['*.example.com', 'neither'],
  ['https://carol.example.com/', 'neither'],
  ['user@carol', 'neither'],
  ['bücher/example', 'neither'],
  ['bücher example', 'neither'],
];

for (const [text, kind, spelling = text] of TABLE)
  test(`${JSON.stringify(text)} is ${kind === 'neither' ? kind : `${kind}, ${spelling}`}`, () => {
    const either = parseAddressOrHost(text);
    assert.deepEqual(either.ok ? either.value : undefined, kind === 'neither' ? undefined : spelling);
    const host = parseHostName(text);
    assert.deepEqual(host.ok ? host.value : undefined, kind === 'host' ? spelling : undefined);
    if (kind !== 'neither') assert.equal(isIpAddress(withoutBrackets(text)), kind === 'address');
  });

test('what only looks like an address is refused with that reason', () => {
  for (const text of ['10.0.0.256', '1.2.3', '10.0.0.01', '10']) {
    const parsed = parseAddressOrHost(text);
    assert.equal(
      parsed.ok || parsed.error,
      `"${text}" is neither an IP address nor a host name: it ends in a number, as only IP addresses do`,
    );
  }
});

test('an address that is tied to one machine is refused', () => {
  assert.ok(isIpAddress('fe80::1%eth0'));
  const parsed = parseAddressOrHost('fe80::1%eth0');
  assert.match(parsed.ok ? '' : parsed.error, /tied to the interface eth0 of one machine/);
});

test('each reason names what is wrong', () => {
  const reasons = ['10.0.0.1', '', 'a..b', `${LONG_LABEL}a`, `${LONGEST_NAME}a`, 'a b', 'bücher/x'].map((text) => {
    const parsed = parseHostName(text);
    return parsed.ok ? 'a host name' : parsed.error;
  });
  assert.deepEqual(reasons, [
    'it is an IP address',
    'it is empty',
    'it has an empty label',
    `the label "${LONG_LABEL}a" is longer than 63 characters`,
    'it is longer than 253 characters',
    'the label "a b" has more than letters, digits and inner dashes',
    'it has characters that no host name has',
  ]);
});

test('only URLs put brackets around IPv6 addresses', () => {
  assert.equal(urlHost('::1'), '[::1]');
  assert.equal(urlHost('10.0.0.1'), '10.0.0.1');
  assert.equal(urlHost('carol'), 'carol');
  assert.equal(withoutBrackets('[::1]'), '::1');
  assert.equal(withoutBrackets('[::1'), '[::1');
});
