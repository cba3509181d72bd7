import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkLegacy } from '../../server/cli/check-legacy.ts';
import { findingText } from '../../server/cli/finding.ts';
import { overlayRules } from '../../shared/registry/overlay.ts';
import { systemClock } from '../../server/system/clock.ts';
import { FakeEureka, registration } from '../support/fake-eureka.ts';
import { Relay } from '../support/relay.ts';
import { serveForTest } from '../support/running-server.ts';

const CONFIG = {
  urls: [],
  pollInterval: 5_000,
  fullInterval: 300_000,
  required: true,
  peerFeed: false,
  publish: false,
  tls: { ca: undefined, cert: undefined, key: undefined },
};

async function lines(url: string): Promise<readonly string[]> {
  return (await checkLegacy(url, CONFIG, systemClock(Date.now), 'check-1')).map(findingText);
}

async function eureka(t: TestContext): Promise<FakeEureka> {
  const legacy = await FakeEureka.start();
  t.after(() => legacy.stop());
  legacy.registry.register(registration('ORDERS', 'o-1'));
  return legacy;
}

test('a redirect is shown, with what is found where it leads', async (t) => {
  const [old, moved] = [await eureka(t), await eureka(t)];
  const there = moved.url.replace('/eureka', '');
  old.front = ({ url }) => ({ status: 308, headers: { location: there + url } });
  const [good = '', ...rest] = await lines(old.url);
  assert.ok(good.startsWith(`✓ legacy ${old.url}: redirected to ${there}/eureka/apps: 1 instance of 1 app`), good);
  assert.deepEqual(rest, []);
  moved.front = () => ({ status: 200, body: '<html>Log in</html>' });
  assert.match((await lines(old.url)).join(), /^✗ .*redirected to .*: answers, but not with a registry/);
  old.front = () => ({ status: 307, headers: { location: 'http://127.0.0.1:9/eureka/apps' } });
  assert.match(
    (await lines(old.url)).join(),
    /^✗ .*: redirected to http:\/\/127.0.0.1:9\/eureka\/apps: connection refused \(is the server running\?\)$/,
  );
  old.front = () => ({ status: 307 });
  assert.match((await lines(old.url)).join(), /^✗ .*: answered 307 without a Location/);
});

test('an Eurek8s in the place of the legacy is reported, and one that leads to itself is an error', async (t) => {
  const legacy = await eureka(t);
  const relay = await Relay.start(legacy.port);
  t.after(() => relay.stop());
  const urls = [`http://127.0.0.1:${relay.port}/eureka`];
  const flags = { 'leases.enabled': ['false'], 'legacy.urls': urls, 'legacy.pollInterval': ['250ms'] };
  const server = await serveForTest(t, { flags });
  const url = `${server.url}/eureka`;
  while ((await fetch(`${server.url}/readyz`)).status !== 200) await sleep(20);
  const [good = '', note = ''] = await lines(url);
  assert.match(good, /^✓ .*: 1 instance /);
  assert.match(note, /^! .*this is an Eurek8s and no legacy/);
  relay.turn(Number(new URL(server.url).port));
  const deadline = performance.now() + 15_000;
  let found = '';
  while (!found.startsWith('✗') && performance.now() < deadline) found = (await lines(url)).join();
  assert.match(found, /^✗ .*whose own legacy.urls lead back to itself/);
});

test('instances that overlay.cidrs would hide are counted before anybody misses them, in both formats', async (t) => {
  const legacy = await eureka(t);
  legacy.registry.register(registration('ORDERS', 'o-2', { ipAddr: '10.42.0.7' }));
  legacy.registry.register(registration('ORDERS', 'o-3', { hostName: '10.42.0.8' }));
  const overlay = overlayRules({ cidrs: ['10.42.0.0/16'], action: 'absorb' });
  const found = async (): Promise<string> =>
    (await checkLegacy(legacy.url, CONFIG, systemClock(Date.now), 'check-1', undefined, overlay))
      .map(findingText)
      .join('\n');
  const note = /^! legacy .*: 2 of 3 instances have an address in overlay\.cidrs/m;
  assert.match(await found(), note);
  const instance = (ip: string): string => `<instance><hostName>${ip}</hostName><ipAddr>${ip}</ipAddr></instance>`;
  const all = ['10.42.0.7', '10.42.0.8', '172.16.0.1'].map(instance).join('');
  const body = `<applications><application><name>ORDERS</name>${all}</application></applications>`;
  legacy.front = () => ({ status: 200, headers: { 'content-type': 'application/xml' }, body });
  assert.match(await found(), note);
});
