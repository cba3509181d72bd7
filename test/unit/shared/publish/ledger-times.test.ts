import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { InstanceRecord } from '../../../../shared/model/instance.ts';
import { appName } from '../../../../shared/model/names.ts';
import type { PublishAnswer, PublishRequest } from '../../../../shared/publish/exchange.ts';
import { PublishLedger } from '../../../../shared/publish/publish-ledger.ts';
import { publishedForm } from '../../../../shared/publish/published-form.ts';
import { instance } from '../../../support/instances.ts';
import { syntheticEntry } from '../../../support/synthetic-entries.ts';

const CAROL = appName('CAROL');
const [one, two] = [syntheticEntry('CAROL', 0), syntheticEntry('CAROL', 1)];
const DONE: PublishAnswer = { kind: 'done' };
const ABSENT: PublishAnswer = { kind: 'absent' };
const failed = (reason: string): PublishAnswer => ({ kind: 'failed', reason });
const found = (record: InstanceRecord): PublishAnswer => ({ kind: 'found', record });

/** A ledger with a dice that always shows its middle, at a time that tests set. */
class Scene {
  now = 1_000_000;
  readonly ledger = new PublishLedger(() => 0.5);

  want(...records: readonly InstanceRecord[]): void {
    this.ledger.want(CAROL, records, this.now);
  }

  take(): PublishRequest {
    const request = this.ledger.take(this.now);
    assert.ok(request !== undefined, 'something is due');
    return request;
  }

  /** Takes what is due and answers it: what was asked, and what that is to people. */
  step(answer: PublishAnswer): readonly [kind: string, event: string | undefined] {
    const request = this.take();
    return [request.kind, this.ledger.answered(request, answer, this.now)];
  }

  /** Milliseconds until something is due. */
  waits(): number {
    assert.equal(this.ledger.take(this.now), undefined, 'nothing is due yet');
    return this.ledger.nextAt - this.now;
  }

  publish(...records: readonly InstanceRecord[]): void {
    this.want(...records);
    for (const _ of records) assert.deepEqual(this.step(ABSENT), ['look', undefined]);
    for (const _ of records) assert.deepEqual(this.step(DONE), ['register', 'published']);
  }

  pass(ms: number): void {
    this.now += ms;
  }
}

describe('renewals', () => {
  test('the first comes at a random time of the interval, the others after a whole one', () => {
    const scene = new Scene();
    scene.publish(one);
    assert.equal(scene.waits(), 15_000);
    scene.pass(15_000);
    assert.deepEqual(scene.step(DONE), ['renew', undefined]);
    assert.equal(scene.waits(), 30_000);
    assert.deepEqual(scene.ledger.state(CAROL, one.id), { since: 1_000_000, problem: undefined });
  });

  test('one that is missing is registered at once, and the others are renewed at once, spread from then on', () => {
    const scene = new Scene();
    scene.publish(one, two);
    scene.pass(15_000);
    assert.deepEqual(scene.step(ABSENT), ['renew', undefined]);
    assert.equal(scene.ledger.state(CAROL, one.id)?.since, undefined);
    assert.deepEqual(scene.step(DONE), ['register', 'registered-again']);
    assert.deepEqual(scene.step(DONE), ['renew', undefined]);
    assert.equal(scene.ledger.state(CAROL, one.id)?.since, 1_015_000);
    assert.equal(scene.waits(), 15_000, 'both at a random time');
    scene.pass(15_000);
    assert.deepEqual(
      [scene.step(DONE), scene.step(DONE)],
      [
        ['renew', undefined],
        ['renew', undefined],
      ],
    );
    assert.equal(scene.waits(), 30_000);
  });

  test('everything is rechecked once in an interval, but for what is under way or fails', () => {
    const scene = new Scene();
    scene.publish(one, two);
    scene.ledger.recheck(scene.now);
    const busy = scene.take();
    assert.deepEqual(scene.step(DONE), ['renew', undefined]);
    scene.ledger.recheck(scene.now + 29_999);
    assert.equal(scene.waits(), 15_000, 'not again so soon');
    scene.pass(30_000);
    scene.ledger.recheck(scene.now);
    assert.deepEqual(scene.step(DONE), ['renew', undefined]);
    assert.equal(scene.ledger.take(scene.now), undefined, 'the other one is under way');
    assert.equal(scene.ledger.answered(busy, failed('lost'), scene.now), 'failed');
    scene.pass(30_000);
    assert.equal(scene.step(failed('lost'))[1], 'failed');
    assert.equal(scene.step(failed('lost'))[1], 'failed');
    scene.ledger.recheck(scene.now);
    assert.equal(scene.ledger.take(scene.now), undefined, 'what fails has its own times');
  });
});

describe('failures', () => {
  test('each makes the wait twice as long, up to half a minute', () => {
    const scene = new Scene();
    scene.want(one);
    const waits: number[] = [];
    for (let i = 0; i < 14; i++) {
      assert.deepEqual(scene.step(failed(`failure ${i}`)), ['look', 'failed']);
      waits.push(scene.waits());
      scene.pass(waits.at(-1) ?? 0);
    }
    assert.deepEqual(waits.slice(0, 6), [750, 1500, 3000, 6000, 12_000, 22_500]);
    assert.ok(waits.slice(5).every((wait) => wait === 22_500));
    assert.deepEqual(scene.ledger.summary(), {
      wanted: 1,
      published: 0,
      failing: 1,
      withdrawing: 0,
      lastProblem: 'failure 13',
    });
    assert.deepEqual(scene.step(ABSENT), ['look', undefined]);
    assert.deepEqual(scene.step(failed('again')), ['register', 'failed']);
    assert.equal(scene.waits(), 750, 'an answer ends the row');
  });

  test('a registration without an answer may have arrived, so it is looked at', () => {
    const scene = new Scene();
    scene.want(one);
    scene.step(ABSENT);
    scene.step(failed('lost'));
    scene.pass(750);
    assert.deepEqual(scene.step(found(publishedForm(one))), ['look', 'published']);
    scene.pass(15_000);
    assert.deepEqual(scene.step(failed('lost')), ['renew', 'failed']);
    assert.deepEqual(scene.ledger.state(CAROL, one.id), { since: 1_000_750, problem: 'lost' });
    scene.pass(750);
    assert.deepEqual(scene.step(DONE), ['renew', undefined]);
    assert.equal(scene.ledger.summary().lastProblem, undefined);
  });

  test('a change does not ask a failing legacy sooner, and the end of an outage does', () => {
    const scene = new Scene();
    scene.publish(one, two);
    scene.pass(15_000);
    scene.step(failed('lost'));
    scene.step(DONE);
    scene.want({ ...one, ipAddr: '10.1.1.1' }, two);
    assert.equal(scene.waits(), 750);
    scene.ledger.resume(scene.now);
    assert.deepEqual([scene.take().kind, scene.take().kind], ['look', 'renew']);
    scene.ledger.resume(scene.now);
    assert.equal(scene.ledger.take(scene.now), undefined, 'both are under way');
  });
});

describe('what is in the way', () => {
  test('an id of somebody else is looked at every minute', () => {
    const scene = new Scene();
    scene.want(one);
    assert.deepEqual(scene.step(found(instance('CAROL', one.id))), ['look', 'taken']);
    assert.equal(scene.waits(), 60_000);
    const problem = `another registration has the id ${one.id} in the legacy: it is left alone`;
    assert.deepEqual(scene.ledger.state(CAROL, one.id), { since: undefined, problem });
    assert.equal(scene.ledger.summary().lastProblem, problem);
    scene.want();
    assert.deepEqual(scene.ledger.summary(), {
      wanted: 0,
      published: 0,
      failing: 0,
      withdrawing: 0,
      lastProblem: undefined,
    });
    assert.equal(scene.ledger.take(scene.now + 3_600_000), undefined);
  });

  test('an id that somebody takes over is no longer ours', () => {
    const scene = new Scene();
    scene.publish(one);
    scene.want({ ...one, ipAddr: '10.1.1.1' });
    assert.deepEqual(scene.step(found(instance('CAROL', one.id))), ['look', 'taken']);
    assert.equal(scene.ledger.summary().published, 0);
  });

  test('a legacy that keeps a status whatever is done is told, and tried less and less', () => {
    const scene = new Scene();
    scene.publish(one);
    const other: InstanceRecord = { ...one, status: 'OUT_OF_SERVICE' };
    scene.want(other);
    const old = found(publishedForm(one));
    assert.deepEqual(
      [scene.step(old), scene.step(DONE)],
      [
        ['look', undefined],
        ['replace', undefined],
      ],
    );
    assert.deepEqual(scene.step(old), ['look', undefined]);
    assert.equal(
      scene.ledger.state(CAROL, one.id)?.problem,
      'the legacy keeps another status, or other content, than was registered',
    );
    assert.equal(scene.waits(), 3000);
    scene.pass(3000);
    scene.step(DONE);
    scene.step(old);
    assert.equal(scene.waits(), 6000);
    scene.pass(6000);
    scene.step(DONE);
    assert.deepEqual(scene.step(found(publishedForm(other))), ['look', 'changed']);
    assert.equal(scene.ledger.state(CAROL, one.id)?.problem, undefined);
  });

  test('what is withdrawn is looked at and cancelled, and known no more', () => {
    const scene = new Scene();
    scene.publish(one);
    scene.want();
    assert.equal(scene.ledger.state(CAROL, one.id), undefined);
    assert.equal(scene.ledger.summary().withdrawing, 1);
    assert.deepEqual(scene.step(found(publishedForm(one))), ['look', undefined]);
    const cancel = scene.take();
    assert.deepEqual(cancel, { kind: 'cancel', app: CAROL, id: one.id });
    assert.equal(scene.ledger.answered(cancel, DONE, scene.now), 'withdrawn');
    assert.equal(scene.ledger.summary().withdrawing, 0);
    assert.equal(scene.ledger.answered(cancel, DONE, scene.now), undefined, 'nobody waits for it any more');
    assert.equal(scene.ledger.take(scene.now + 3_600_000), undefined);
  });

  test('what comes back while it is cancelled is registered again', () => {
    const scene = new Scene();
    scene.publish(one);
    scene.want();
    scene.step(found(publishedForm(one)));
    const cancel = scene.take();
    scene.want(one);
    assert.equal(scene.ledger.answered(cancel, DONE, scene.now), 'withdrawn');
    assert.deepEqual(scene.step(DONE), ['register', 'published']);
  });

  test('what was never sent is withdrawn without a request', () => {
    const scene = new Scene();
    scene.want(one);
    scene.step(ABSENT);
    scene.want();
    assert.equal(scene.ledger.take(scene.now), undefined);
    assert.equal(scene.ledger.nextAt > scene.now, true);
  });
});

test('an application without entries is not kept, and other applications keep theirs', () => {
  const scene = new Scene();
  const dave = syntheticEntry('DAVE', 0);
  scene.want();
  scene.publish(one);
  scene.ledger.want(appName('DAVE'), [dave], scene.now);
  scene.step(ABSENT);
  scene.ledger.want(appName('DAVE'), [], scene.now);
  assert.equal(scene.ledger.summary().wanted, 1);
  assert.equal(scene.ledger.state(appName('DAVE'), dave.id), undefined);
});
