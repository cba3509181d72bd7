import assert from 'node:assert/strict';
import { test } from 'node:test';
import { overrideStatus } from '../support/eureka-rest.ts';
import { endpointSlice, ingress, service } from '../support/fake-kubernetes/objects.ts';
import { movingFleet, registerAll, type Registered } from '../support/moving-fleet.ts';
import { until } from '../testbed/until.ts';

const FLEET: Registered = {
  BILLING: ['10.20.0.21', '10.20.0.22'],
  CAROL: ['10.20.0.1', '10.20.0.2'],
  ORDERS: ['10.20.0.11', '10.20.0.12'],
};

test('an incident at three in the morning: what changed then, who is still on EC2, and what keeps the legacy', async (t) => {
  const { legacy, cluster, url, terminal, poll } = await movingFleet(t, FLEET);
  for (const object of [service('shop', 'carol'), endpointSlice('shop', 'carol', 2), ingress('shop', 'carol')])
    cluster.state.put(object);
  await terminal.runUntil('explain carol', /2 registered, 1 from Kubernetes/);
  for (const address of FLEET['ORDERS'] ?? []) await poll(address, 'carol', 'billing');
  await poll('10.42.7.7', 'billing');
  const quiet = new Date().toISOString();

  // What nobody has told the person on call.
  await overrideStatus(`${url}/eureka`, 'BILLING', 'billing-1', 'OUT_OF_SERVICE');
  cluster.state.put(endpointSlice('shop', 'carol', 0));
  await terminal.runUntil('explain carol', /2 registered, 0 from Kubernetes/);
  legacy.registry.clear();
  registerAll(legacy, { ORDERS: ['10.20.0.11'] });
  await terminal.runUntil('holds', /legacy/);
  await cluster.refuse();

  // The first look says what is the matter, and where to look next.
  const first = await until('the first look tells of the cluster', async () => {
    const text = await terminal.curl('/');
    return text.includes('ECONN') && text;
  });
  assert.match(
    first,
    /^ {2}5 of 6 legacy instances held: .*\n {2}of BILLING, CAROL, ORDERS; .*\n {2}removed at .* eurek8s holds release legacy-\w+$/m,
  );
  assert.match(first, /^cluster:main .*\n {2}last error: /m);
  assert.match(first, /^what changed, and why: +curl "\S+\/eurek8s\/changes\?since=-15m"$/m);

  // What changed since then, each with its cause: by the time as an alert says it, by the command and by curl.
  const changes = await terminal.runUntil(
    `changes --since ${quiet}`,
    /ORDERS +modified .*\n +leaseInfo \(time stamps\): legacy lists it so$/m,
  );
  assert.match(
    changes,
    /BILLING +modified +billing-1 +legacy\n +status UP → OUT_OF_SERVICE.*: its status was set through this server$/m,
  );
  assert.match(changes, /CAROL +modified .* main\/shop\/carol\n +status UP → DOWN: 0 of 0 endpoints ready$/m);
  const byTimeOfDay = await terminal.curl(`/eurek8s/changes?app=billing&since=${quiet.slice(11, 19)}`);
  assert.match(byTimeOfDay, /billing-1[^]*its status was set through this server/);

  // What it was like before: whole, by application, and on the page to be sent around.
  const apps = await terminal.run(`apps --at ${quiet}`);
  assert.match(apps.text, /^BILLING +legacy-only +UP +2 +0 +2 /m);
  const carol = await terminal.run(`explain carol --at ${quiet}`);
  assert.match(
    carol.text,
    /^as it was at \S+Z\nCAROL: callers choose among 3 UP entries: 2 registered, 1 from Kubernetes/,
  );
  assert.match(carol.text, /2 of 2 endpoints ready/);
  const page = await terminal.page(`/dashboard/at?time=${encodeURIComponent(quiet)}&changed=yes`);
  for (const name of ['BILLING', 'CAROL']) assert.match(page, new RegExp(`>${name}<`));

  // What is held back: nothing is lost, and the one who decides is told how.
  const billing = await terminal.run('explain billing');
  assert.match(billing.text, /^held: 2 entries of legacy by hold legacy-\w+, see eurek8s holds$/m);

  // Who is still on EC2, and who is not.
  const callers = await terminal.run('callers');
  assert.match(callers.text, /^ORDERS +10\.20\.0\.11 +\S+ +outside .* vip:carol vip:billing /m);
  assert.match(callers.text, /^- +10\.42\.7\.7 +\S+ +in a Pod /m);
  assert.match(callers.text, /^2 of them where instances are registered, outside of Kubernetes: ORDERS$/m);

  // What keeps the legacy, and the next step of each application.
  const migration = await terminal.run('migration');
  for (const line of [
    /^CAROL .*\n +- get main\/shop\/carol UP, which is DOWN: 0 of 0 endpoints ready\n +- raise its share, now single\n/m,
    /^ORDERS .*\n +- publish it: .*\n +- then stop its 2 registered instances$/m,
    /^the legacy must stay:$/m,
    /^ {2}- legacy holds removals back: release them or wait$/m,
    /^ {2}- BILLING: 2 instances are registered, and nothing of it is served from Kubernetes$/m,
    /^ {2}- who still registers is not known yet: this replica has looked for .*, and 24 h are needed$/m,
  ])
    assert.match(migration.text, line);

  // The legacy is whole again, and so is the rest.
  registerAll(legacy, FLEET);
  await cluster.listen();
  cluster.state.put(endpointSlice('shop', 'carol', 2));
  await terminal.runUntil('explain carol', /2 registered, 1 from Kubernetes/);
  await terminal.runUntil('holds', /^nothing is held/);
});
