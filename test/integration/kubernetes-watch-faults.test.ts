import assert from 'node:assert/strict';
import { suite, test, type TestContext } from 'node:test';
import { allWatching, FAST, syncedScene, until, type Scene } from '../support/fake-kubernetes/cluster-scene.ts';
import { ingress } from '../support/fake-kubernetes/objects.ts';
import { SILENT, WATCH_FAULTS, type WatchFaultRow } from '../support/fake-kubernetes/watch-fault-rows.ts';

/**
 * Every way in which a watch has been seen to fail, on both transports. During each fault one Ingress is added and one
 * is deleted. Afterwards the view must be right, nothing else may ever have been removed, and the server must not have
 * received more requests than agreed.
 */
suite('a watch that fails is taken up again', { concurrency: 4 }, () => {
  for (const transport of ['http1', 'tls-http2'] as const) {
    for (const row of WATCH_FAULTS.filter(({ on }) => on === undefined || on === transport)) {
      test(`${row.name} (${transport})`, async (t) => {
        const made = await syncedScene(t, {
          transport,
          timing: SILENT.has(row.fault.kind) ? { silenceLimit: 3_000 } : {},
          prepare: (fake) => {
            for (const name of ['one', 'two', 'three']) fake.state.put(ingress('shop', name));
          },
        });
        await survives(made, row);
      });
    }
  }
});

async function survives({ fake, sink, source, log }: Scene, { fault, reported }: WatchFaultRow): Promise<void> {
  const failures = (): number => source.watches().find(({ name }) => name.startsWith('ingresses'))?.failures ?? 0;
  assert.equal(failures(), 0, 'nothing has failed yet');
  fake.watchFault = () => fault;
  fake.endWatches();
  const before = fake.callsOf('watch', 'Ingress').length;
  fake.state.put(ingress('shop', 'four'));
  fake.state.delete('Ingress', 'shop', 'two');
  await until(() => fake.callsOf('watch', 'Ingress').length >= before + 3, 'three attempts under the fault');
  if (reported) assert.notEqual(failures(), 0, 'the failure is visible');
  else assert.equal(failures(), 0, 'what is no failure is not reported as one');
  fake.watchFault = () => undefined;
  await until(
    () => sink.keys('Ingress').join() === 'Ingress/shop/four,Ingress/shop/one,Ingress/shop/three',
    'the right view',
    () => [sink.keys('Ingress'), source.health()],
  );
  await until(
    () => source.health().state === 'synced',
    'synced again',
    () => source.health(),
  );
  fake.state.put(ingress('shop', 'five'));
  await until(() => sink.keys('Ingress').length === 4, 'changes flow again');
  assert.deepEqual(sink.removed, ['Ingress/shop/two']);
  assertPaced(fake.callsOf('watch', 'Ingress').map(({ at }) => at));
  assert.ok(!log.some((line) => line.startsWith('error')), log.join('\n'));
}

/** Requests over the whole run, because single arrivals vary with the machine; storms differ by orders of magnitude. */
function assertPaced(times: readonly number[]): void {
  const span = (times.at(-1) ?? 0) - (times[0] ?? 0);
  const allowed = span / FAST.minInterval + 5;
  assert.ok(times.length <= allowed, `${times.length} watches within ${span} ms`);
}

test('a server that is gone for a while is found again', async (t) => {
  const { fake, sink, source } = await withOrders(t);
  await fake.refuse();
  fake.state.put(ingress('shop', 'stock'));
  await until(() => source.health().state === 'stale', 'stale');
  assert.match(source.health().lastError ?? '', /connection refused/);
  assert.deepEqual(sink.keys('Ingress'), ['Ingress/shop/orders'], 'the last view is kept');
  await fake.listen();
  await until(() => sink.keys('Ingress').length === 2 && source.health().state === 'synced', 'recovery');
  assert.equal(source.health().lastError, undefined);
  assert.deepEqual(sink.removed, []);
});

test('a server that comes back without its history is listed anew', async (t) => {
  const { fake, sink, source } = await withOrders(t);
  fake.watchFault = () => ({ kind: 'status', status: 500 });
  fake.endWatches();
  await until(() => source.health().lastError !== undefined, 'the fault');
  fake.state.put(ingress('shop', 'stock'));
  fake.state.compact();
  fake.watchFault = () => undefined;
  await until(() => sink.keys('Ingress').length === 2, 'the new Ingress, known from the list alone');
  assert.deepEqual(sink.removed, []);
});

test('a quiet watch that sends bookmarks is left alone', async (t) => {
  const { fake, source } = await withOrders(t, { silenceLimit: 2_000 });
  const watches = fake.callsOf('watch', 'Ingress').length;
  const since = performance.now();
  await until(() => performance.now() - since > 5_000, 'well past the silence limit');
  assert.equal(fake.callsOf('watch', 'Ingress').length, watches);
  assert.equal(source.health().state, 'synced');
});

test('the orderly end of a long watch leaves no gap and is no failure', async (t) => {
  const { fake, sink, source } = await withOrders(t, { maxBackoff: 100 });
  const delays: number[] = [];
  for (let round = 0; round < 4; round++) {
    await until(() => allWatching(source), 'open watches');
    const opened = performance.now();
    await until(() => performance.now() - opened > 120, 'a stream that has outlived every back-off');
    fake.endWatches();
    const changed = performance.now();
    fake.state.put(ingress('shop', `new-${round}`));
    await until(() => sink.keys('Ingress').length === round + 2, 'the change');
    delays.push(performance.now() - changed);
  }
  assert.ok(Math.min(...delays) < 250, `seen after ${delays.join()} ms`);
  assert.ok(source.watches().every(({ failures }) => failures === 0));
});

test('the server is asked to end a watch in time, with bookmarks, from where the list ended', async (t) => {
  const { fake } = await withOrders(t);
  const query = fake.callsOf('watch', 'Ingress')[0]?.query;
  const seconds = Number(query?.get('timeoutSeconds'));
  assert.ok(seconds >= 261 && seconds <= 319, `timeoutSeconds ${seconds}`);
  assert.equal(query?.get('allowWatchBookmarks'), 'true');
  assert.equal(query?.get('resourceVersion'), '101');
});

test('a line cut short is healed by the next complete list', async (t) => {
  const { fake, sink } = await withOrders(t, { relistInterval: 300 });
  fake.watchFault = () => ({ kind: 'broken-lines' });
  fake.endWatches();
  const watches = fake.callsOf('watch', 'Ingress').length;
  await until(() => fake.callsOf('watch', 'Ingress').length > watches, 'a watch with broken lines');
  fake.state.delete('Ingress', 'shop', 'orders');
  fake.state.put(ingress('shop', 'stock'));
  // The stream goes on and bookmarks move past the lost event, so that no watch will ever repeat it.
  const lists = fake.callsOf('list', 'Ingress').length;
  while (fake.callsOf('list', 'Ingress').length === lists) {
    const opened = fake.callsOf('watch', 'Ingress').length;
    fake.endWatches();
    await until(() => fake.callsOf('watch', 'Ingress').length > opened, 'the next stream');
  }
  fake.watchFault = () => undefined;
  fake.endWatches();
  await until(() => sink.keys('Ingress').join() === 'Ingress/shop/stock', 'the right view');
});

for (const kind of ['close', 'bookmark-alone'] as const) {
  test(`streams that all end at once with ${kind === 'close' ? 'nothing' : 'a bookmark only'} are doubted, and the view is listed anew`, async (t) => {
    const { fake, sink, source, log } = await withOrders(t);
    fake.watchFault = () => ({ kind });
    fake.endWatches();
    fake.state.put(ingress('shop', 'stock'));
    fake.state.delete('Ingress', 'shop', 'orders');
    fake.state.compact();
    // The fault stays.
    await until(
      () => sink.keys('Ingress').join() === 'Ingress/shop/stock',
      'the right view',
      () => source.health(),
    );
    assert.deepEqual(sink.removed, ['Ingress/shop/orders']);
    assert.match(String(source.health().detail['ingresses.networking.k8s.io']), / [1-9]\d* doubts/);
    assert.ok(log.some((line) => line.startsWith('warn listing anew') && line.includes('3 streams in a row')));
    const { length } = fake.callsOf('list', 'Ingress');
    await until(() => fake.callsOf('list', 'Ingress').length >= length + 3, 'further lists');
    assertPaced(fake.callsOf('watch', 'Ingress').map(({ at }) => at));
    const streams = fake.callsOf('watch', 'Ingress').length;
    const lists = fake.callsOf('list', 'Ingress').length;
    assert.ok(lists <= streams / 3 + 2, `${lists} lists for ${streams} streams`);
  });
}

test('streams that end with a bookmark only, after a while, are those of a quiet resource', async (t) => {
  const { fake } = await withOrders(t, { maxBackoff: 100 });
  for (let round = 0; round < 5; round++) {
    const streams = fake.callsOf('watch', 'Ingress').length;
    const opened = performance.now();
    await until(() => performance.now() - opened > 250, 'bookmarks, and more than any back-off');
    fake.endWatches();
    await until(() => fake.callsOf('watch', 'Ingress').length > streams, 'the next stream');
  }
  assert.equal(fake.callsOf('list', 'Ingress').length, 1);
});

for (const sign of ['bookmark', 'event'] as const) {
  test(`a version that goes backwards (${sign}) is another history: listed anew at once`, async (t) => {
    const { fake, sink, source, log } = await syncedScene(t, {
      prepare: (fake) => {
        if (sign === 'event') fake.bookmarkEvery = 3_600_000;
        for (const each of ['orders', 'stock']) fake.state.put(ingress('shop', each));
      },
    });
    const restore = fake.state.backUp();
    for (const each of ['lost', 'lost-too', 'lost-as-well']) fake.state.put(ingress('shop', each));
    fake.state.delete('Ingress', 'shop', 'stock');
    await until(() => sink.keys('Ingress').length === 4, 'what is lost soon');
    restore();
    if (sign === 'event') fake.state.put(ingress('shop', 'new'));
    const wanted = sign === 'event' ? 'new,orders,stock' : 'orders,stock';
    await until(
      () => sink.keys('Ingress').join() === wanted.replaceAll(/(^|,)/g, '$1Ingress/shop/'),
      'the restored view',
      () => [sink.keys('Ingress'), source.health()],
    );
    assert.ok(log.some((line) => line.includes('listing anew') && line.includes('another history')));
    await until(() => source.health().state === 'synced', 'synced');
    fake.state.put(ingress('shop', 'after'));
    await until(() => sink.objects.has('Ingress/shop/after'), 'changes flow again');
  });
}

for (const sight of ['orderly end of the watches', 'absence, in which it passes what was known'] as const) {
  test(`a restored server is silent on a watch ahead of it, so it is asked for its version first (${sight})`, async (t) => {
    // Without the question only the silence of the streams would show it.
    const { fake, sink, source, log } = await syncedScene(t, {
      timing: { silenceLimit: 3_600_000 },
      prepare: (fake) => {
        for (const each of ['orders', 'stock']) fake.state.put(ingress('shop', each));
      },
    });
    const restore = fake.state.backUp();
    fake.state.put(ingress('shop', 'lost'));
    fake.state.delete('Ingress', 'shop', 'stock');
    await until(() => sink.keys('Ingress').join() === 'Ingress/shop/lost,Ingress/shop/orders', 'what is lost soon');
    if (sight === 'orderly end of the watches') {
      restore();
      fake.endWatches();
    } else {
      await fake.refuse();
      restore();
      for (let count = 0; count < 10; count++) fake.state.put(ingress('shop', 'orders'));
      const isSeenAway = (): boolean =>
        source
          .watches()
          .some(({ name, lastError = '' }) => name.startsWith('ingresses.') && /connection refused/.test(lastError));
      await until(isSeenAway, 'its absence');
      await fake.listen();
    }
    await until(
      () => sink.keys('Ingress').join() === 'Ingress/shop/orders,Ingress/shop/stock',
      'the restored view',
      () => [sink.keys('Ingress'), source.health()],
    );
    if (sight === 'orderly end of the watches') {
      assert.ok(log.some((line) => line.includes('listing anew') && line.includes('another history')));
    }
    fake.state.put(ingress('shop', 'after'));
    await until(() => sink.objects.has('Ingress/shop/after'), 'changes flow again');
  });
}

test('lists whose versions are always older than those of events do not become a loop', async (t) => {
  const { fake, sink, source } = await withOrders(t);
  const started = performance.now();
  const { length } = fake.callsOf('list', 'Ingress');
  fake.listsBehind = 50;
  for (let round = 0; round < 20; round++) {
    fake.state.put(ingress('shop', `new-${round}`));
    await until(() => sink.objects.has(`Ingress/shop/new-${round}`), 'the change');
    const streams = fake.callsOf('watch', 'Ingress').length;
    fake.endWatches();
    await until(() => fake.callsOf('watch', 'Ingress').length > streams, 'the next stream');
  }
  const lists = fake.callsOf('list', 'Ingress').length - length;
  const span = performance.now() - started;
  // Each list doubles the time to the next one.
  const allowed = Math.log2(span / FAST.maxBackoff + 1) + 1;
  assert.ok(lists >= 1 && lists <= allowed, `${lists} lists within ${span} ms`);
  assert.deepEqual(sink.removed, []);
  await until(() => source.health().state === 'synced', 'synced');
});

test('a server that refuses the question for its version is asked again before the watch goes on', async (t) => {
  const { fake, sink, source } = await withOrders(t);
  const streams = fake.callsOf('watch', 'Ingress').length;
  const { length } = fake.callsOf('list', 'Ingress');
  fake.listFault = ({ kind }) => (kind === 'Ingress' ? { kind: 'status', status: 429 } : undefined);
  fake.endWatches();
  fake.state.put(ingress('shop', 'stock'));
  await until(() => /429/.test(source.health().lastError ?? ''), 'the refusal is shown');
  assert.equal(fake.callsOf('watch', 'Ingress').length, streams);
  assert.deepEqual(sink.keys('Ingress'), ['Ingress/shop/orders']);
  fake.listFault = () => undefined;
  await until(() => sink.keys('Ingress').length === 2 && source.health().state === 'synced', 'recovery');
  assert.ok(fake.callsOf('list', 'Ingress').length <= length + 1, 'at most the list after three attempts in vain');
  assert.deepEqual(sink.removed, []);
});

test('a restored object with a version that was handed out before is another version', async (t) => {
  const { fake, sink } = await withOrders(t);
  const restore = fake.state.backUp();
  const host = (name: string) => ({ ...ingress('shop', 'orders'), spec: { rules: [{ host: name }] } });
  fake.state.put(host('lost.example.com'));
  fake.state.put(ingress('shop', 'lost'));
  await until(() => sink.keys('Ingress').length === 2, 'what is lost soon');
  fake.watchFault = () => ({ kind: 'hang' });
  fake.endWatches();
  await until(() => fake.openWatches() === 5, 'watches that hear nothing');
  restore();
  fake.state.put(host('restored.example.com'));
  fake.watchFault = () => undefined;
  fake.resetConnections();
  await until(() => JSON.stringify(sink.objects.get('Ingress/shop/orders')).includes('restored'), 'the restored one');
  await until(() => sink.keys('Ingress').length === 1, 'the lost one gone');
});

test('a list that is older than what is known is requested again before it counts', async (t) => {
  const { fake, sink, log } = await withOrders(t, { relistInterval: 100 });
  const restore = fake.state.backUp();
  fake.state.put(ingress('shop', 'stock'));
  await until(() => sink.keys('Ingress').length === 2, 'a change');
  // One answer from a replica of the API server that lags.
  const forward = fake.state.backUp();
  let lists = 0;
  fake.listFault = ({ kind, verb }) => {
    if (kind !== 'Ingress' || verb !== 'list') return undefined;
    lists += 1;
    if (lists === 1) {
      restore();
      queueMicrotask(forward);
    }
    return undefined;
  };
  while (lists < 2) {
    const opened = performance.now();
    fake.endWatches();
    await until(() => lists >= 2 || performance.now() - opened > 150, 'a relist');
  }
  await until(() => fake.openWatches() === 5, 'watches');
  assert.deepEqual(sink.removed, []);
  assert.ok(log.some((line) => line.includes('a list of version')));
});

test('versions that are not numbers are accepted as they are', async (t) => {
  const { fake, sink, source } = await syncedScene(t, {
    prepare: (fake) => {
      fake.state.opaque = true;
      fake.state.put(ingress('shop', 'orders'));
    },
  });
  for (let index = 0; index < 10; index++) fake.state.put(ingress('shop', `app-${index}`));
  await until(() => sink.keys('Ingress').length === 11, 'all changes');
  fake.endWatches();
  fake.state.put(ingress('shop', 'last'));
  await until(() => sink.keys('Ingress').length === 12, 'the last one');
  assert.equal(fake.callsOf('list', 'Ingress').length, 1);
  assert.ok(source.watches().every(({ doubts, failures }) => doubts === 0 && failures === 0));
});

for (const transport of ['http1', 'tls-http2'] as const) {
  test(`a server that resets every connection is asked at intervals, and the last view stays (${transport})`, async (t) => {
    const { fake, sink, source } = await syncedScene(t, {
      transport,
      prepare: (fake) => void fake.state.put(ingress('shop', 'orders')),
    });
    const { accepted } = fake;
    const started = performance.now();
    fake.resetsAll = true;
    fake.resetConnections();
    fake.state.put(ingress('shop', 'stock'));
    await until(() => source.health().state === 'stale', 'stale');
    await until(() => fake.accepted > accepted + 20, 'attempts');
    const allowed = ((performance.now() - started) / FAST.minInterval) * 5 + 25;
    assert.ok(fake.accepted - accepted <= allowed, `${fake.accepted - accepted} connections`);
    assert.deepEqual(sink.keys('Ingress'), ['Ingress/shop/orders']);
    fake.resetsAll = false;
    await until(() => sink.keys('Ingress').length === 2 && source.health().state === 'synced', 'recovery');
    assert.deepEqual(sink.removed, []);
  });
}

function withOrders(t: TestContext, timing: Partial<typeof FAST> = {}): Promise<Scene> {
  return syncedScene(t, { timing, prepare: (fake) => void fake.state.put(ingress('shop', 'orders')) });
}
