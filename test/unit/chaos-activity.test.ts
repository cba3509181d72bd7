import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Callers, type Callee } from '../chaos/callers.ts';
import type { WriteAnswer } from '../chaos/ec2-instance.ts';
import type { InjectedFault } from '../chaos/faults.ts';
import { shortfalls, type Activity } from '../chaos/floors.ts';
import { Judge } from '../chaos/judge.ts';
import { Listings } from '../chaos/listings.ts';
import { LIMITS } from '../chaos/timing.ts';
import { Truth } from '../chaos/truth.ts';
import { Writes } from '../chaos/writes.ts';
import type { CallSummary, RibbonCaller } from '../testbed/java/ribbon-answers.ts';

// What a chaos run must have done to mean anything, and its writes and calls.

function newJudge(faults: readonly InjectedFault[] = []): Judge {
  const truth = new Truth();
  return new Judge(truth, new Listings(truth), faults);
}

describe('writes', () => {
  const WRITE: WriteAnswer = {
    what: 'renew',
    id: 'alice-1',
    through: 'us',
    status: 200,
    sentAt: 100_000,
    receivedAt: 100_050,
    acceptedAt: 99_000,
    reason: '0',
  };
  const OUTAGE: InjectedFault = {
    kind: 'legacy answers 500',
    part: 'legacy',
    from: 99_000,
    to: 101_000,
    settle: 18_000,
  };

  function isWrong(write: Partial<WriteAnswer>, faults: readonly InjectedFault[] = []): boolean {
    const judge = newJudge(faults);
    new Writes(judge, faults).answered({ ...WRITE, ...write });
    return judge.violations.length > 0;
  }

  test('are answered as a stock server answers them', () => {
    for (const [what, done] of [
      ['register', 204],
      ['renew', 200],
      ['cancel', 200],
    ] as const) {
      assert.equal(isWrong({ what, status: done }), false, what);
      for (const status of [200, 204, 400, 401, 403, 409, 429, 500])
        assert.equal(isWrong({ what, status }), status !== done, `${what} ${status}`);
    }
  });

  test('are refused, or not answered, only while something is disturbed', () => {
    for (const status of [0, 502, 503]) {
      assert.equal(isWrong({ status }), true, `${status}`);
      assert.equal(isWrong({ status }, [OUTAGE]), false, `${status}`);
      assert.equal(isWrong({ status, sentAt: 119_900, receivedAt: 120_000 }, [OUTAGE]), true, 'settled again');
    }
    assert.equal(isWrong({ status: 0, receivedAt: WRITE.sentAt + LIMITS.write }), false, 'a machine may be that slow');
    assert.equal(isWrong({ status: 500 }, [OUTAGE]), true);
    assert.equal(isWrong({ status: 503, through: 'legacy' }), false, 'that is not ours');
  });

  test('are unknown only where the lease may be', () => {
    assert.equal(isWrong({ status: 404 }), true);
    assert.equal(isWrong({ status: 404, acceptedAt: 90_000 }), false);
    assert.equal(isWrong({ status: 404 }, [OUTAGE]), false);
    assert.equal(isWrong({ what: 'register', status: 404, acceptedAt: 90_000 }), true);
  });

  test('are counted, the calm ones too', () => {
    const writes = new Writes(newJudge(), [OUTAGE]);
    for (const status of [200, 503, 0]) writes.answered({ ...WRITE, status });
    writes.answered({ ...WRITE, status: 200, sentAt: 130_000, receivedAt: 130_010 });
    writes.answered({ ...WRITE, status: 503, sentAt: 130_000, receivedAt: 130_010 });
    assert.deepEqual(writes.counts.counts, { 'renew 200': 2, 'renew 503': 2, 'renew without an answer': 1 });
    assert.deepEqual(writes.calm, { sent: 2, done: 1 });
  });
});

const WELL: Activity = {
  minutes: 2,
  faults: { planned: 20, injected: 18 },
  changes: { legacy: 60, kubernetes: 30 },
  answers: Array.from({ length: 3 }, () => ({ full: 200, delta: 400, application: 60, vip: 60 })),
  calmWrites: { sent: 100, done: 98 },
  clients: ['Ribbon', 'Netflix'].map((name) => ({ name, answered: 500, untold: 1, lastError: '' })),
};

describe('a run says something', () => {
  const [replica = { full: 0, delta: 0, application: 0, vip: 0 }] = WELL.answers;
  const [client = { name: '', answered: 0, untold: 0, lastError: '' }] = WELL.clients;

  test('when all that it lives of went on', () => assert.deepEqual(shortfalls(WELL), []));

  for (const [what, activity, found] of [
    ['no faults', { faults: { planned: 20, injected: 0 } }, /^0 faults injected/],
    ['no faults planned', { faults: { planned: 0, injected: 0 } }, /^0 faults injected/],
    ['no changes on EC2', { changes: { legacy: 0, kubernetes: 30 } }, /changes of the source legacy/],
    ['no changes in Kubernetes', { changes: { legacy: 60, kubernetes: 0 } }, /changes of the source kubernetes/],
    ['a replica that is never asked', { answers: [replica, { ...replica, full: 0 }] }, /\(full\) of replica-1/],
    ['no deltas', { answers: [{ ...replica, delta: 1 }] }, /\(delta\) of replica-0/],
    ['no applications', { answers: [{ ...replica, application: 0 }] }, /\(application\) of replica-0/],
    ['no vips', { answers: [{ ...replica, vip: 0 }] }, /\(vip\) of replica-0/],
    ['no calm', { calmWrites: { sent: 0, done: 0 } }, /^0 writes in calm times/],
    ['writes that are not done', { calmWrites: { sent: 100, done: 20 } }, /^20 of them done/],
    ['no clients', { clients: [] }, /no clients/],
    ['calls that reach nobody', { clients: [{ ...client, answered: 3 }] }, /^3 calls of the Ribbon client/],
    [
      'a client that is dead',
      { clients: [{ ...client, untold: 9, lastError: 'ended' }] },
      /never told the end of: ended/,
    ],
  ] as const)
    test(`but not with ${what}`, () => {
      const [first = '', ...more] = shortfalls({ ...WELL, ...activity });
      assert.match(first, found);
      assert.deepEqual(more, []);
    });
});

describe('calls', () => {
  const callee: Callee = { name: 'ALICE', owns: () => true, aliveSince: () => 0 };

  async function calls(times: number, call: RibbonCaller['call']) {
    const callers = new Callers(newJudge(), [], () => 0);
    const stop = new AbortController();
    let made = 0;
    const ribbon: Pick<RibbonCaller, 'call'> = {
      call: (...asked) => {
        if (++made === times) stop.abort();
        return call(...asked);
      },
    };
    await callers.callForEver('Ribbon', ribbon, [callee], stop.signal);
    return callers.clients[0];
  }

  const summary = (ok: number, failure?: string): CallSummary => ({
    ok,
    errors: 1 - ok,
    backends: ok === 0 ? {} : { 'alice-1': ok },
    hosts: {},
    failures: failure === undefined ? {} : { [failure]: 1 },
  });

  test('count for a client when a backend answered them', async () => {
    const good = await calls(2, async () => summary(1));
    assert.deepEqual(good, { name: 'Ribbon', answered: 2, untold: 0, lastError: '' });
    const refused = await calls(2, async () => summary(0, 'Connection refused'));
    assert.deepEqual(refused, { name: 'Ribbon', answered: 0, untold: 0, lastError: '' });
  });

  test('of a dead client have no end', async () => {
    const dead = await calls(3, async () => {
      throw new Error('the Java client has ended');
    });
    assert.deepEqual(dead, { name: 'Ribbon', answered: 0, untold: 3, lastError: 'Error: the Java client has ended' });
  });
});
