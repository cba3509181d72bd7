import assert from 'node:assert/strict';
import type { lookup } from 'node:dns';
import { writeFile } from 'node:fs/promises';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { nameQuery, type NameQueryOptions } from '../../server/dns/name-query.ts';
import { systemServers } from '../../server/dns/name-servers.ts';
import { NameWatch } from '../../server/dns/name-watch.ts';
import { DnsResolver } from '../../server/dns/resolver.ts';
import { FakeDns } from '../support/fake-dns.ts';
import { SteppedClock } from '../support/stepped-clock.ts';

const NAME = 'lb.example.com';
const WILDCARD = '10.66.6.6';

interface Begin {
  readonly timeoutMs?: number;
  readonly systemLookup?: NameQueryOptions['systemLookup'];
}

async function begin(t: TestContext, { timeoutMs = 500, systemLookup = false }: Begin = {}) {
  const dns = await FakeDns.start();
  const directory = mkdtempSync(join(tmpdir(), 'dns-'));
  const hostsFile = join(directory, 'hosts');
  writeFileSync(hostsFile, '127.0.0.1 localhost\n');
  const clock = new SteppedClock();
  const nameServers = { version: '1', servers: [dns.server] };
  const query = nameQuery({ servers: async () => ({ ...nameServers }), hostsFile, systemLookup, timeoutMs });
  const watch = new NameWatch({ clock, query });
  const resolver = new DnsResolver(watch);
  const changedNames: string[] = [];
  resolver.onChange((name) => changedNames.push(name));
  t.after(() => {
    watch.stop();
    dns.stop();
    rmSync(directory, { recursive: true });
  });
  return { dns, nameServers, hostsFile, clock, watch, resolver, changedNames };
}

async function until(condition: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!condition()) {
    if (performance.now() > deadline) assert.fail(`waited in vain for: ${what}`);
    await sleep(2);
  }
}

/** Steps the clock until the server has received another query and its answer has taken effect. */
async function askAgain(dns: FakeDns, clock: SteppedClock, ms: number): Promise<void> {
  const before = dns.questions.length;
  clock.advance(ms);
  await until(() => dns.questions.length > before && clock.pending > 0, 'another question');
}

test('a name has no addresses at first, then sorted ones, and its holder is notified', async (t) => {
  const { dns, resolver, changedNames } = await begin(t);
  dns.zones.set(NAME, { a: ['10.0.0.2', '10.0.0.1'] });
  assert.equal(resolver.addresses(NAME), undefined);
  assert.equal(resolver.failure(NAME), undefined);
  await until(() => changedNames.length > 0, 'the answer');
  assert.deepEqual(resolver.addresses(NAME), ['10.0.0.1', '10.0.0.2']);
  assert.deepEqual(changedNames, [NAME]);
});

test('the name is looked up again when its TTL has expired, not before', async (t) => {
  const { dns, clock, resolver, changedNames } = await begin(t);
  dns.zones.set(NAME, { a: ['10.0.0.1'], ttl: 20 });
  resolver.addresses(NAME);
  await until(() => changedNames.length > 0, 'the answer');
  dns.zones.set(NAME, { a: ['10.0.0.9'], ttl: 20 });
  clock.advance(19_999);
  await sleep(20);
  assert.equal(dns.questions.length, 1);
  clock.advance(1);
  await until(() => changedNames.length > 1, 'the new answer');
  assert.deepEqual(resolver.addresses(NAME), ['10.0.0.9']);
});

test('a TTL of zero does not cause a storm of queries, and a TTL of a day no pause of a day', async (t) => {
  const { dns, clock, resolver, changedNames } = await begin(t);
  dns.zones.set(NAME, { a: ['10.0.0.1'], ttl: 0 });
  resolver.addresses(NAME);
  await until(() => changedNames.length > 0, 'the answer');
  clock.advance(4_999);
  await sleep(20);
  assert.equal(dns.questions.length, 1);
  dns.zones.set(NAME, { a: ['10.0.0.2'], ttl: 86_400 });
  clock.advance(1);
  await until(() => changedNames.length > 1, 'the second answer');
  dns.zones.set(NAME, { a: ['10.0.0.3'] });
  clock.advance(60_000);
  await until(() => changedNames.length > 2, 'the third answer');
});

test('rotation of the same addresses is not a change', async (t) => {
  const { dns, clock, resolver, changedNames } = await begin(t);
  dns.zones.set(NAME, { a: ['10.0.0.1', '10.0.0.2'] });
  resolver.addresses(NAME);
  await until(() => changedNames.length > 0, 'the answer');
  dns.zones.set(NAME, { a: ['10.0.0.2', '10.0.0.1'] });
  for (let i = 0; i < 3; i++) await askAgain(dns, clock, 10_000);
  assert.deepEqual(changedNames, [NAME]);
});

test('a chain of aliases, as of a load balancer, leads to its addresses, and to others when a link of it moves', async (t) => {
  const { dns, clock, resolver, changedNames } = await begin(t);
  dns.zones.set(NAME, { cname: 'ingress.example.net', ttl: 300 });
  dns.zones.set('ingress.example.net', { cname: 'internal-1.elb.example.org', ttl: 60 });
  dns.zones.set('internal-1.elb.example.org', { a: ['10.0.0.2', '10.0.0.1'], ttl: 60 });
  resolver.addresses(NAME);
  await until(() => changedNames.length > 0, 'the answer');
  assert.deepEqual(resolver.addresses(NAME), ['10.0.0.1', '10.0.0.2']);
  dns.zones.set('ingress.example.net', { cname: 'internal-2.elb.example.org', ttl: 60 });
  dns.zones.set('internal-2.elb.example.org', { a: ['10.0.0.9'], ttl: 60 });
  await askAgain(dns, clock, 60_000);
  await until(() => changedNames.length > 1, 'the new end');
  assert.deepEqual(resolver.addresses(NAME), ['10.0.0.9']);
});

for (const [what, end] of [
  ['leads nowhere', undefined],
  ['goes in a circle', { cname: NAME }],
  ['ends without an address', { a: [] }],
] as const)
  test(`a chain of aliases that ${what} leaves the last good addresses in force`, async (t) => {
    const { dns, clock, resolver, changedNames } = await begin(t, { timeoutMs: 100 });
    dns.zones.set(NAME, { cname: 'ingress.example.net' });
    dns.zones.set('ingress.example.net', { a: ['10.0.0.1'] });
    resolver.addresses(NAME);
    await until(() => changedNames.length > 0, 'the answer');
    if (end === undefined) dns.zones.delete('ingress.example.net');
    else dns.zones.set('ingress.example.net', end);
    clock.advance(10_000);
    await until(() => resolver.failure(NAME) !== undefined, 'the failure');
    assert.deepEqual(resolver.addresses(NAME), ['10.0.0.1']);
    dns.zones.set('ingress.example.net', { a: ['10.0.0.2'] });
    clock.advance(30_000);
    await until(() => resolver.failure(NAME) === undefined, 'recovery');
    assert.deepEqual(resolver.addresses(NAME), ['10.0.0.2']);
  });

for (const fault of ['servfail', 'silent', 'nxdomain'] as const)
  test(`after a success ${fault} leaves the last good addresses in force, and is reported`, async (t) => {
    const { dns, clock, resolver, changedNames } = await begin(t, { timeoutMs: 100 });
    dns.zones.set(NAME, { a: ['10.0.0.1'] });
    resolver.addresses(NAME);
    await until(() => changedNames.length > 0, 'the answer');
    if (fault === 'nxdomain') dns.zones.delete(NAME);
    else dns.zones.set(NAME, fault);
    clock.advance(10_000);
    await until(() => resolver.failure(NAME) !== undefined, 'the failure');
    assert.deepEqual(resolver.addresses(NAME), ['10.0.0.1']);
    dns.zones.set(NAME, { a: ['10.0.0.2'] });
    clock.advance(30_000);
    await until(() => resolver.failure(NAME) === undefined, 'recovery');
    assert.deepEqual(resolver.addresses(NAME), ['10.0.0.2']);
    assert.deepEqual(changedNames, [NAME, NAME]);
  });

test('a machine that gets other name servers queries those from the next query on', async (t) => {
  const { dns, nameServers, clock, resolver, changedNames } = await begin(t, { timeoutMs: 100 });
  const other = await FakeDns.start();
  t.after(() => other.stop());
  dns.zones.set(NAME, { a: ['10.1.1.1'], ttl: 1 });
  other.zones.set(NAME, { a: ['10.2.2.2'] });
  resolver.addresses(NAME);
  await until(() => changedNames.length > 0, 'the answer');
  dns.zones.set(NAME, 'silent');
  clock.advance(10_000);
  await until(() => resolver.failure(NAME) !== undefined, 'the failure');
  nameServers.version = '2';
  nameServers.servers = [other.server];
  clock.advance(60_000);
  await until(() => changedNames.length > 1, 'the answer of the other');
  assert.deepEqual(resolver.addresses(NAME), ['10.2.2.2']);
  assert.equal(resolver.failure(NAME), undefined);
});

test('name servers of the system are others once the file has changed, be it written anew or replaced', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'resolv-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const path = join(directory, 'resolv.conf');
  const servers = systemServers(path);
  const seen: string[] = [(await servers()).version];
  writeFileSync(path, 'nameserver 127.0.0.2\n');
  seen.push((await servers()).version);
  assert.equal((await servers()).version, seen[1], 'unchanged');
  writeFileSync(path, 'search corp.example\nnameserver 127.0.0.3\n');
  seen.push((await servers()).version);
  writeFileSync(`${path}.new`, 'search corp.example\nnameserver 127.0.0.3\n');
  renameSync(`${path}.new`, path);
  seen.push((await servers()).version);
  assert.equal(new Set(seen).size, 4, seen.join(' '));
});

for (const fault of ['servfail', 'nxdomain'] as const)
  test(`a known name that has failed for minutes (${fault}) is overdue, and reported as overdue, until it is answered`, async (t) => {
    const { dns, clock, resolver, changedNames } = await begin(t);
    dns.zones.set(NAME, { a: ['10.0.0.1'] });
    resolver.addresses(NAME);
    await until(() => changedNames.length > 0, 'the answer');
    if (fault === 'nxdomain') dns.zones.delete(NAME);
    else dns.zones.set(NAME, fault);
    await askAgain(dns, clock, 10_000);
    await until(() => resolver.failure(NAME) !== undefined, 'the failure');
    assert.equal(resolver.overdue(NAME), undefined, 'not after the first failure');
    for (let i = 0; i < 5; i++) await askAgain(dns, clock, 30_000);
    await until(() => resolver.overdue(NAME) !== undefined, 'overdue');
    assert.equal(resolver.overdue(NAME), resolver.failure(NAME));
    assert.deepEqual(changedNames, [NAME, NAME]);
    dns.zones.set(NAME, { a: ['10.0.0.1'] });
    await askAgain(dns, clock, 30_000);
    await until(() => changedNames.length === 3, 'recovery');
    assert.equal(resolver.overdue(NAME), undefined);
  });

test('a name that does not exist is known as such, and may appear later', async (t) => {
  const { dns, clock, resolver, changedNames } = await begin(t);
  resolver.addresses(NAME);
  await until(() => changedNames.length > 0, 'the answer');
  assert.deepEqual(resolver.addresses(NAME), []);
  assert.match(resolver.failure(NAME) ?? '', /does not exist/);
  dns.zones.set(NAME, { a: ['10.0.0.1'] });
  clock.advance(5_000);
  await until(() => changedNames.length > 1, 'the name');
  assert.deepEqual(resolver.addresses(NAME), ['10.0.0.1']);
  assert.equal(resolver.failure(NAME), undefined);
});

test('a server that fails from the start leaves the addresses unknown', async (t) => {
  const { dns, resolver, changedNames } = await begin(t);
  dns.zones.set(NAME, 'servfail');
  resolver.addresses(NAME);
  await until(() => changedNames.length > 0, 'the failure');
  assert.equal(resolver.addresses(NAME), undefined);
  assert.match(resolver.failure(NAME) ?? '', /ESERVFAIL/);
});

test('the holder of a name without an answer is notified in time', async (t) => {
  const { dns, clock, resolver, changedNames } = await begin(t, { timeoutMs: 1_000 });
  dns.zones.set(NAME, 'silent');
  resolver.addresses(NAME);
  await until(() => dns.questions.length > 0, 'the question');
  clock.advance(5_000);
  assert.deepEqual(changedNames, [NAME]);
  assert.match(resolver.failure(NAME) ?? '', /no answer within 5 s/);
});

for (const aaaa of ['servfail', 'silent'] as const)
  test(`an AAAA question that would end in ${aaaa} does not cost the A answer`, async (t) => {
    const { dns, resolver, changedNames } = await begin(t);
    dns.zones.set(NAME, { a: ['10.0.0.1'], aaaa });
    resolver.addresses(NAME);
    await until(() => changedNames.length > 0, 'the answer');
    assert.deepEqual(resolver.addresses(NAME), ['10.0.0.1']);
    assert.deepEqual(dns.questions, [`A ${NAME}`]);
  });

test('IPv6 is used when there is no IPv4', async (t) => {
  const { dns, resolver, changedNames } = await begin(t);
  dns.zones.set(NAME, { aaaa: ['fd00::2', 'fd00::1'] });
  resolver.addresses(NAME);
  await until(() => changedNames.length > 0, 'the answer');
  assert.deepEqual(resolver.addresses(NAME), ['fd00::1', 'fd00::2']);
});

test('the hosts file comes before DNS, also when it changes', async (t) => {
  const { dns, hostsFile, clock, resolver, changedNames } = await begin(t);
  dns.zones.set(NAME, { a: ['10.0.0.1'] });
  await writeFile(
    hostsFile,
    '# ours\n10.9.0.2 other LB.example.com # alias\n10.9.0.1 lb.example.com\nfd00::1 lb.example.com\n',
  );
  resolver.addresses(NAME);
  await until(() => changedNames.length > 0, 'the answer');
  assert.deepEqual(resolver.addresses(NAME), ['10.9.0.1', '10.9.0.2']);
  assert.deepEqual(dns.questions, []);
  await writeFile(hostsFile, '');
  clock.advance(30_000);
  await until(() => changedNames.length > 1, 'the answer of DNS');
  assert.deepEqual(resolver.addresses(NAME), ['10.0.0.1']);
  rmSync(hostsFile);
  await askAgain(dns, clock, 10_000);
});

/** A resolver with a search list: names without a final dot are tried below its domain, where all names exist. */
function searching(known: ReadonlyMap<string, string>) {
  const queried: string[] = [];
  const systemLookup = promisifiable(async (name) => {
    queried.push(name);
    const address = known.get(name.replace(/\.$/, '')) ?? (name.endsWith('.') ? undefined : WILDCARD);
    if (address === undefined) throw Object.assign(new Error('unknown'), { code: 'ENOTFOUND' });
    return [{ address, family: 4 }];
  });
  return { queried, systemLookup };
}

type Answered = readonly { readonly address: string; readonly family: number }[];

/** A look-up with the signature of Node's, for the one way in which it is called. */
function promisifiable(answer: (name: string) => Promise<Answered>): typeof lookup {
  const call = (): void => assert.fail('only its promise is used');
  const ofFamily = async (name: string, { family }: { readonly family?: number }): Promise<Answered> =>
    (await answer(name)).filter((each) => family === undefined || each.family === family);
  return Object.assign(call, { __promisify__: ofFamily, [promisify.custom]: ofFamily }) as unknown as typeof lookup;
}

for (const name of ['bob.example.com', 'bob.example.com.', 'lb', 'internal-lb.team'])
  test(`a wildcard in the resolver's search domains never answers for ${name}`, async (t) => {
    const { queried, systemLookup } = searching(new Map());
    const { resolver, changedNames } = await begin(t, { systemLookup });
    resolver.addresses(name);
    await until(() => changedNames.length > 0, 'the answer');
    assert.deepEqual(resolver.addresses(name), []);
    assert.match(resolver.failure(name) ?? '', /does not exist/);
    assert.notEqual(queried.length, 0, 'the system was queried too');
    assert.ok(
      queried.every((each) => each.endsWith('.')),
      queried.join(),
    );
  });

test('a name with a final dot, or in capitals, is the same name, in the hosts file too', async (t) => {
  const { dns, hostsFile, resolver, changedNames } = await begin(t);
  dns.zones.set(NAME, { a: ['10.0.0.1'] });
  await writeFile(hostsFile, '10.9.0.1 listed.example.com\n');
  for (const name of [`${NAME}.`, 'LB.Example.com', 'Listed.example.com.']) resolver.addresses(name);
  await until(() => changedNames.length === 3, 'the answers');
  assert.deepEqual(resolver.addresses(`${NAME}.`), ['10.0.0.1']);
  assert.deepEqual(resolver.addresses('LB.Example.com'), ['10.0.0.1']);
  assert.deepEqual(resolver.addresses('Listed.example.com.'), ['10.9.0.1']);
});

test('what only the system knows is found there', async (t) => {
  const { systemLookup } = searching(new Map([['printer.local', '10.5.0.9']]));
  const { resolver, changedNames } = await begin(t, { systemLookup });
  resolver.addresses('printer.local');
  await until(() => changedNames.length > 0, 'the answer');
  assert.deepEqual(resolver.addresses('printer.local'), ['10.5.0.9']);
});

test('addresses and localhost names need no server', async (t) => {
  const { dns, resolver, changedNames } = await begin(t);
  assert.deepEqual(resolver.addresses('10.0.0.7'), ['10.0.0.7']);
  assert.deepEqual(resolver.addresses('fd00::7'), ['fd00::7']);
  resolver.addresses('bob.localhost');
  await until(() => changedNames.length > 0, 'localhost');
  assert.deepEqual(resolver.addresses('bob.localhost'), ['127.0.0.1']);
  assert.deepEqual(dns.questions, []);
});

test('a released name is forgotten only when nobody else holds it', async (t) => {
  const { dns, clock, watch, resolver, changedNames } = await begin(t);
  const other = new DnsResolver(watch);
  dns.zones.set(NAME, { a: ['10.0.0.1'] });
  resolver.addresses(NAME);
  resolver.addresses(NAME);
  other.addresses(NAME);
  await until(() => changedNames.length > 0, 'the answer');
  resolver.release(NAME);
  resolver.release(NAME);
  assert.deepEqual(other.addresses(NAME), ['10.0.0.1']);
  await askAgain(dns, clock, 10_000);
  other.release(NAME);
  await until(() => clock.pending === 0, 'no timer');
});

test('a refresh queries before the TTL has expired', async (t) => {
  const { dns, resolver, changedNames } = await begin(t);
  dns.zones.set(NAME, { a: ['10.0.0.1'], ttl: 60 });
  resolver.addresses(NAME);
  await until(() => changedNames.length > 0, 'the answer');
  dns.zones.set(NAME, { a: ['10.0.0.2'] });
  resolver.refresh(NAME);
  await until(() => changedNames.length > 1, 'the new answer');
  assert.deepEqual(resolver.addresses(NAME), ['10.0.0.2']);
});

test('many names at once are all answered, a bounded number at a time', async (t) => {
  const { dns, resolver, changedNames } = await begin(t, { timeoutMs: 3_000 });
  const names = Array.from({ length: 300 }, (_, i) => `n${i}.example.com`);
  for (const [i, name] of names.entries()) dns.zones.set(name, { a: [`10.1.${i >> 8}.${i & 255}`] });
  for (const name of names) resolver.addresses(name);
  await until(() => changedNames.length === names.length, 'all answers');
  assert.ok(names.every((name) => resolver.addresses(name)?.length === 1));
});
