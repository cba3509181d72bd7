import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseAddress, type AddressSources } from '../../../../shared/ingress/address.ts';
import { nameTable, type NameState } from '../../../support/name-table.ts';

const SOURCES: AddressSources = {
  annotated: undefined,
  on: 'Ingress',
  configured: undefined,
  host: 'h.io',
  loadBalancer: [],
  current: undefined,
};

/** The address and the notices, or the reason of the refusal. */
function choice(sources: Partial<AddressSources>, dns: Readonly<Record<string, NameState>> = {}): readonly string[] {
  const chosen = chooseAddress({ ...SOURCES, ...sources }, nameTable(dns));
  return chosen.ok ? [chosen.value.address, ...chosen.value.notices] : [`refused: ${chosen.error.reason}`];
}

const lb = (...entries: readonly (readonly [ip: string | undefined, hostname: string | undefined])[]) => ({
  loadBalancer: entries.map(([ip, hostname]) => ({ ip, hostname })),
});

test('annotation, configuration, DNS of the host and the load balancer are asked in this order', () => {
  const all = { annotated: ['10.0.0.1'], configured: ['10.0.0.2'], ...lb(['10.0.0.4', undefined]) };
  const dns = { 'h.io': ['10.0.0.3'] };
  assert.deepEqual(choice(all, dns), ['10.0.0.1']);
  assert.deepEqual(choice({ ...all, annotated: undefined }, dns), ['10.0.0.2']);
  assert.deepEqual(choice({ ...all, annotated: undefined, configured: undefined }, dns), ['10.0.0.3']);
  assert.deepEqual(choice({ ...all, annotated: undefined, configured: [] }, dns), ['10.0.0.3']);
  assert.deepEqual(choice({ ...lb(['10.0.0.4', 'lb.io']) }, { 'lb.io': ['10.0.0.5'] }), ['10.0.0.4']);
  assert.deepEqual(choice({ ...lb([undefined, 'lb.io.']) }, { 'lb.io': ['10.0.0.5'] }), ['10.0.0.5']);
});

test('of several addresses the current one stays, else one of IPv4 that comes first', () => {
  const dns = { 'h.io': ['fd00::1', '10.0.0.9', '10.0.0.3'] };
  assert.deepEqual(choice({}, dns), ['10.0.0.3']);
  assert.deepEqual(choice({ current: '10.0.0.9' }, dns), ['10.0.0.9']);
  assert.deepEqual(choice({ current: '10.0.0.8' }, dns), ['10.0.0.3']);
  assert.deepEqual(choice({}, { 'h.io': ['fd00::2', 'fd00::1'] }), ['fd00::1']);
});

test('addresses that no remote caller can use are skipped, unless somebody wrote them', () => {
  const loopback =
    '127.0.0.1 (status.loadBalancer) is skipped: it is a loopback address, which no remote caller can use';
  assert.deepEqual(choice({ annotated: ['127.0.0.1'] }), ['127.0.0.1']);
  assert.deepEqual(choice({ ...lb(['127.0.0.1', undefined], ['10.0.0.4', undefined]) }), ['10.0.0.4', loopback]);
  const [resolved, notice] = choice({}, { 'h.io': ['127.0.0.1', '10.0.0.3'] });
  assert.equal(resolved, '10.0.0.3');
  assert.match(
    notice ?? '',
    /^127\.0\.0\.1, which h\.io \(host of the Ingress\) resolves to, is skipped: it is .*, which no remote caller can use$/,
  );
  const [, odd] = choice({ ...lb([undefined, 'no host'], ['10.0.0.4', undefined], [undefined, 'x y']) });
  assert.equal(odd, undefined, 'what is not needed is not looked at');
  assert.match(
    choice({ ...lb([undefined, 'no host']) })[0] ?? '',
    /no host \(status\.loadBalancer\) is skipped: it is neither an address nor a host name, as /,
  );
});

test('nothing found is a refusal that says what was looked at, and what to do', () => {
  const absent = 'h.io (host of the Ingress) does not exist';
  assert.deepEqual(choice({}), [
    `refused: ${absent}: the Ingress has no load balancer in its status; create the DNS record, configure addresses for its class or set eurek8s.io/address`,
  ]);
  assert.deepEqual(choice({ ...lb([undefined, 'lb.io']) }), [
    `refused: ${absent}; lb.io (status.loadBalancer) does not exist: create the DNS record, configure addresses for its class or set eurek8s.io/address`,
  ]);
  assert.deepEqual(choice({ annotated: ['x.io'] }), [
    'refused: x.io (eurek8s.io/address) does not exist: correct eurek8s.io/address',
  ]);
  assert.deepEqual(choice({ configured: ['x.io'] }), [
    'refused: x.io (addresses) does not exist: correct addresses in the configuration',
  ]);
});

test('while a name is looked up for the first time nothing is decided, but an address that is there stays', () => {
  const dns = { 'h.io': 'pending' };
  assert.deepEqual(choice({}, dns), ['refused: h.io (host of the Ingress) is being looked up in DNS']);
  assert.deepEqual(choice({ current: '10.0.0.9' }, dns), ['10.0.0.9']);
});

test('a name that cannot be resolved stands in for its address, unless an address is known', () => {
  const dns = { 'h.io': 'SERVFAIL' };
  const notice = 'the address of h.io is not known (SERVFAIL)';
  assert.deepEqual(choice({}, dns), ['h.io', `${notice}; the name stands in for it`]);
  assert.deepEqual(choice({ current: 'h.io' }, dns), ['h.io', `${notice}; the name stands in for it`]);
  assert.deepEqual(choice({ current: '10.0.0.9' }, dns), ['10.0.0.9', `${notice}; 10.0.0.9 is kept`]);
  assert.deepEqual(choice({ ...lb(['10.0.0.4', undefined]) }, dns), ['10.0.0.4'], 'another place knows one');
});

test('an address is kept when nothing names one, but not one that was right by the configuration alone', () => {
  assert.deepEqual(choice({ current: '10.0.0.9' }), [
    '10.0.0.9',
    'address 10.0.0.9 is kept, though nothing names one now',
  ]);
  assert.match(choice({ current: '127.0.0.1' })[0] ?? '', /^refused: /);
  assert.equal(choice({ current: '127.0.0.1', annotated: ['x.io'] })[0], '127.0.0.1');
  assert.equal(choice({ current: '127.0.0.1', configured: ['x.io'] })[0], '127.0.0.1');
});

test('what is as last known is told', () => {
  assert.deepEqual(choice({}, { 'h.io': { last: ['10.0.0.3'], overdue: 'timeout' } }), [
    '10.0.0.3',
    'h.io (host of the Ingress) is as last known: for minutes there has been no answer (timeout)',
  ]);
});
