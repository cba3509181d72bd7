import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { InstanceRecord } from '../../../../shared/model/instance.ts';
import { appName, PUBLISHED_MARKER } from '../../../../shared/model/names.ts';
import type { PublishAnswer, PublishEvent } from '../../../../shared/publish/exchange.ts';
import { PublishLedger } from '../../../../shared/publish/publish-ledger.ts';
import { publishedForm } from '../../../../shared/publish/published-form.ts';
import { instance } from '../../../support/instances.ts';
import { StockRegistryModel } from '../../../support/stock-registry-model.ts';
import { syntheticEntry } from '../../../support/synthetic-entries.ts';

const CAROL = appName('CAROL');
const [one, two] = [syntheticEntry('CAROL', 0), syntheticEntry('CAROL', 1)];
const FAILED: PublishAnswer = { kind: 'failed', reason: 'no answer within 5000 ms' };

/** A replica and the legacy, in steps of time. */
class Replica {
  now = 1_000_000;
  readonly legacy: StockRegistryModel;
  readonly ledger = new PublishLedger(() => 0.5);
  readonly sent: string[] = [];
  readonly events: PublishEvent[] = [];
  isDown = false;

  constructor(legacy = new StockRegistryModel()) {
    this.legacy = legacy;
  }

  want(...records: readonly InstanceRecord[]): void {
    this.ledger.want(CAROL, records, this.now);
    this.work();
  }

  /** Sends what is due now. */
  work(): void {
    for (let request = this.ledger.take(this.now); request !== undefined; request = this.ledger.take(this.now)) {
      this.sent.push(request.kind);
      const event = this.ledger.answered(request, this.isDown ? FAILED : this.legacy.apply(request), this.now);
      if (event !== undefined) this.events.push(event);
    }
  }

  wait(ms: number): void {
    for (const end = this.now + ms; this.now < end; this.work()) this.now += 100;
  }

  takeSent(): readonly string[] {
    return this.sent.splice(0);
  }
}

describe('what the legacy gets', () => {
  test('a new entry is looked at, registered, and renewed twice a minute', () => {
    const replica = new Replica();
    replica.want(one);
    assert.deepEqual(replica.takeSent(), ['look', 'register']);
    assert.deepEqual(replica.legacy.instances.get(one.id), publishedForm(one));
    replica.wait(600_000);
    assert.equal(replica.legacy.renewals, 20);
    assert.equal(replica.legacy.changes.length, 1);
    assert.deepEqual(replica.events, ['published']);
  });

  test('the registration is the same whenever and wherever it is made', () => {
    const later = { ...one, lastUpdatedTimestamp: 7, lastDirtyTimestamp: 9, leaseInfo: undefined };
    assert.deepEqual(publishedForm(later), publishedForm(one));
    assert.equal(publishedForm(one).metadata.get(PUBLISHED_MARKER), 'true');
  });

  test('a withdrawn entry is cancelled before anything else that is due', () => {
    const replica = new Replica();
    const others = Array.from({ length: 50 }, (_, i) => syntheticEntry('CAROL', i + 2));
    replica.want(one, ...others);
    replica.wait(29_000);
    replica.takeSent();
    replica.now += 30_000;
    replica.ledger.want(CAROL, others, replica.now);
    const look = replica.ledger.take(replica.now);
    assert.deepEqual(look, { kind: 'look', app: CAROL, id: one.id });
    replica.ledger.answered(look, replica.legacy.apply(look), replica.now);
    assert.deepEqual(replica.ledger.take(replica.now), { kind: 'cancel', app: CAROL, id: one.id });
  });

  test('UP to OUT_OF_SERVICE and back goes by cancel and register, DOWN by register alone', () => {
    const replica = new Replica();
    replica.want(one);
    replica.takeSent();
    const status = (): string | undefined => replica.legacy.instances.get(one.id)?.status;
    replica.want({ ...one, status: 'OUT_OF_SERVICE' });
    assert.deepEqual([replica.takeSent(), status()], [['look', 'replace', 'look'], 'OUT_OF_SERVICE']);
    replica.want({ ...one, status: 'DOWN' });
    assert.deepEqual([replica.takeSent(), status()], [['look', 'register'], 'DOWN']);
    replica.want({ ...one, status: 'UP' });
    assert.deepEqual([replica.takeSent(), status()], [['look', 'register'], 'UP']);
  });

  test('a registration with a later time stamp is cancelled first, as the legacy would keep its content', () => {
    const replica = new Replica();
    replica.legacy.register({ ...publishedForm(one), hostName: 'old.example.com', lastDirtyTimestamp: 2 ** 42 });
    replica.want(one);
    assert.deepEqual(replica.takeSent(), ['look', 'replace', 'look']);
    assert.equal(replica.legacy.instances.get(one.id)?.hostName, one.hostName);
  });

  test('equal content in another record is no change', () => {
    const replica = new Replica();
    replica.want(one);
    replica.takeSent();
    replica.want({ ...one, lastDirtyTimestamp: 42 });
    assert.deepEqual(replica.takeSent(), []);
  });
});

describe('what is not known', () => {
  test('entries that this process never had are neither cancelled nor changed', () => {
    const replica = new Replica();
    replica.legacy.register(publishedForm(two));
    replica.want(one);
    replica.want();
    replica.wait(600_000);
    assert.deepEqual([...replica.legacy.instances.keys()], [two.id]);
  });

  test('another registration with the id of an entry is left alone, and told', () => {
    const replica = new Replica();
    const foreign = instance('CAROL', one.id);
    replica.legacy.register(foreign);
    replica.want(one);
    assert.match(replica.ledger.state(CAROL, one.id)?.problem ?? '', /another registration has the id/);
    replica.wait(300_000);
    replica.want();
    replica.wait(300_000);
    assert.equal(replica.legacy.instances.get(one.id)?.metadata, foreign.metadata);
    assert.ok(replica.takeSent().every((kind) => kind === 'look'));
  });

  test('a registration that somebody made over a published one is not cancelled', () => {
    const replica = new Replica();
    replica.want(one);
    replica.legacy.register(instance('CAROL', one.id, { lastDirtyTimestamp: 2 ** 42 }));
    replica.want();
    replica.wait(100_000);
    assert.ok(replica.legacy.instances.has(one.id));
  });

  test('it is registered once the other registration is gone', () => {
    const replica = new Replica();
    replica.legacy.register(instance('CAROL', one.id));
    replica.want(one);
    replica.legacy.cancel(one.id);
    replica.wait(70_000);
    assert.ok(replica.legacy.instances.has(one.id));
  });

  test('an override that somebody set at the legacy stays', () => {
    const replica = new Replica();
    replica.want(one);
    replica.legacy.override(one.id, 'OUT_OF_SERVICE');
    replica.want({ ...one, ipAddr: '10.1.1.1' });
    replica.wait(100_000);
    const { status, ipAddr } = replica.legacy.instances.get(one.id) ?? {};
    assert.deepEqual([status, ipAddr], ['OUT_OF_SERVICE', '10.1.1.1']);
  });
});

describe('two replicas', () => {
  test('the second one finds the work done: nothing changes at the legacy', () => {
    const a = new Replica();
    const b = new Replica(a.legacy);
    for (const records of [[one], [{ ...one, status: 'OUT_OF_SERVICE' as const }], [one, two], [two], []]) {
      a.want(...records);
      const changes = a.legacy.changes.length;
      b.want(...records);
      assert.equal(a.legacy.changes.length, changes);
    }
    assert.equal(a.legacy.instances.size, 0);
  });

  test('a replica that sees a change later does not undo it', () => {
    const a = new Replica();
    const b = new Replica(a.legacy);
    for (const each of [a, b]) each.want(one);
    a.want({ ...one, ipAddr: '10.1.1.1' });
    const changes = a.legacy.changes.length;
    for (const each of [b, a, b]) each.wait(100_000);
    assert.equal(a.legacy.changes.length, changes);
    assert.equal(a.legacy.instances.get(one.id)?.ipAddr, '10.1.1.1');
  });

  test('one that registers the old status again between cancel and registration is found out', () => {
    const a = new Replica();
    a.want(one);
    const status = 'OUT_OF_SERVICE';
    a.ledger.want(CAROL, [{ ...one, status }], a.now);
    const look = a.ledger.take(a.now);
    assert.ok(look);
    a.ledger.answered(look, a.legacy.apply(look), a.now);
    const replace = a.ledger.take(a.now);
    assert.equal(replace?.kind, 'replace');
    a.legacy.cancel(one.id);
    a.legacy.register(publishedForm(one));
    a.legacy.register(replace?.kind === 'replace' ? replace.form : one);
    if (replace !== undefined) a.ledger.answered(replace, { kind: 'done' }, a.now);
    a.wait(10_000);
    assert.equal(a.legacy.instances.get(one.id)?.status, status);
  });
});

describe('a legacy in trouble', () => {
  test('a lease that is missing is registered at once, and all others are checked', () => {
    const replica = new Replica();
    const entries = Array.from({ length: 100 }, (_, i) => syntheticEntry('CAROL', i));
    replica.want(...entries);
    replica.legacy.clear();
    const first = replica.now;
    while (replica.legacy.instances.size === 0) replica.wait(100);
    assert.equal(replica.legacy.instances.size, 100);
    assert.ok(replica.now - first <= 30_000);
    assert.ok(replica.events.slice(100).every((event) => event === 'registered-again'));
  });

  test('it is asked less and less while it fails, and everything is made up for', () => {
    const replica = new Replica();
    replica.want(one, two);
    replica.isDown = true;
    replica.takeSent();
    replica.want(one);
    replica.wait(3_600_000);
    assert.ok(replica.sent.length < 500, `${replica.sent.length} requests in an hour`);
    assert.match(replica.ledger.state(CAROL, one.id)?.problem ?? '', /no answer/);
    assert.deepEqual(
      { ...replica.ledger.summary(), lastProblem: undefined },
      { wanted: 1, published: 1, failing: 2, withdrawing: 1, lastProblem: undefined },
    );
    replica.isDown = false;
    replica.legacy.clear();
    replica.wait(40_000);
    assert.deepEqual([...replica.legacy.instances.keys()], [one.id]);
    assert.equal(replica.ledger.summary().failing, 0);
  });

  test('an application that flaps while a request is under way ends as it is wanted at last', () => {
    const replica = new Replica();
    replica.ledger.want(CAROL, [one], replica.now);
    const look = replica.ledger.take(replica.now);
    assert.ok(look);
    for (const records of [[], [one], [{ ...one, status: 'DOWN' as const }], [], [two]])
      replica.ledger.want(CAROL, records, replica.now);
    replica.ledger.answered(look, replica.legacy.apply(look), replica.now);
    replica.wait(1000);
    assert.deepEqual([...replica.legacy.instances.keys()], [two.id]);
  });

  test('what changes or goes while its registration is under way is made up for at once', () => {
    for (const last of [[], [{ ...one, ipAddr: '10.1.1.1' }]]) {
      const replica = new Replica();
      replica.ledger.want(CAROL, [one], replica.now);
      const look = replica.ledger.take(replica.now);
      assert.ok(look);
      replica.ledger.answered(look, { kind: 'absent' }, replica.now);
      const register = replica.ledger.take(replica.now);
      assert.equal(register?.kind, 'register');
      replica.ledger.want(CAROL, last, replica.now);
      assert.equal(replica.ledger.take(replica.now), undefined, 'one request at a time');
      replica.ledger.answered(register, replica.legacy.apply(register), replica.now);
      replica.work();
      assert.deepEqual([...replica.legacy.instances.values()], last.map(publishedForm));
    }
  });
});
