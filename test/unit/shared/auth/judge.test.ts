import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { judge, type Circumstances, type Rules, type Shown } from '../../../../shared/auth/judge.ts';
import { writerScope, type Grant, type Right } from '../../../../shared/auth/rights.ts';
import { appName } from '../../../../shared/model/names.ts';

const [ORDERS, BILLS] = [appName('orders'), appName('bills')];

function grant(
  rights: readonly Right[],
  applications?: readonly (typeof ORDERS)[],
  vips: readonly string[] = [],
): Grant {
  return { rights: new Set(rights), applications: applications && new Set(applications), vips: new Set(vips) };
}

function rules(anonymous: readonly Right[], hasCredentials = true, asksForCertificates = false): Rules {
  return { anonymous: new Set(anonymous), hasCredentials, asksForCertificates };
}

const NOBODY: Shown = { kind: 'none', grants: [] };
const WRONG: Shown = { kind: 'wrong', grants: [] };
const WRITER: Shown = { kind: 'known', grants: [grant(['read']), grant(['register'])] };
const local: Circumstances = { notOperator: () => undefined, certificateNote: () => '' };
const remote: Circumstances = { ...local, notOperator: () => 'from elsewhere' };
const doubted: Circumstances = { ...local, certificateNote: () => '; the certificate counts as none' };

describe('who may use a right', () => {
  for (const shown of [NOBODY, WRONG, WRITER])
    test(`an anonymous right is everybody's: credentials ${shown.kind}`, () =>
      assert.equal(judge(rules(['read']), shown, 'read', remote), undefined));

  test('a right comes from any one of the matching credentials, and no other right does', () => {
    assert.equal(judge(rules([]), WRITER, 'register', remote), undefined);
    assert.deepEqual(judge(rules([]), WRITER, 'operate', local), {
      status: 403,
      code: 'no-right',
      reason: 'these credentials lack the right operate',
    });
  });

  test('who shows nothing is asked for credentials, who shows wrong ones is told so', () => {
    const nobody = judge(rules(['read']), NOBODY, 'register', local);
    assert.deepEqual([nobody?.status, nobody?.code], [401, 'no-credentials']);
    assert.match(nobody?.reason ?? '', /password|token/);
    const wrong = judge(rules(['read']), WRONG, 'register', local);
    assert.deepEqual([wrong?.status, wrong?.code], [401, 'wrong-credentials']);
    assert.match(wrong?.reason ?? '', /not known/);
  });

  test('certificates are named as a way in where clients are asked for them, and what was shown with each refusal', () => {
    const ways = (asks: boolean) => judge(rules([], true, asks), NOBODY, 'read', local)?.reason ?? '';
    assert.match(ways(true), /a bearer token, or a client certificate$/);
    assert.doesNotMatch(ways(false), /certificate/);
    for (const [shown, right] of [
      [NOBODY, 'read'],
      [WRONG, 'read'],
      [WRITER, 'operate'],
    ] as const)
      // prettier-ignore
      assert.match(judge(rules([]), shown, right, doubted)?.reason ?? '', /; the certificate counts as none$/);
  });

  test('where no credentials exist, the machine itself may operate, and others learn why they may not', () => {
    assert.equal(judge(rules(['read'], false), NOBODY, 'operate', local), undefined);
    assert.deepEqual(judge(rules(['read'], false), NOBODY, 'operate', remote), {
      status: 403,
      code: 'not-loopback',
      reason: 'from elsewhere',
    });
  });

  test('where no credentials exist, not even the machine itself may register without the anonymous right', () => {
    const refusal = judge(rules(['read'], false), NOBODY, 'register', local);
    assert.deepEqual([refusal?.status, refusal?.code], [403, 'no-right']);
    assert.match(refusal?.reason ?? '', /right register/);
  });

  test('being on the machine is no right where there are credentials', () => {
    assert.equal(judge(rules([]), NOBODY, 'operate', local)?.status, 401);
  });
});

describe('what a sender may write', () => {
  test('is what all its grants to register name, and nothing of other grants', () => {
    const grants = [
      grant(['register'], [ORDERS], ['ORDERS.V1']),
      grant(['register', 'read'], [BILLS]),
      grant(['read'], undefined, ['OTHER']),
    ];
    assert.deepEqual(writerScope(grants), { applications: new Set([ORDERS, BILLS]), vips: new Set(['ORDERS.V1']) });
    const nothing = { applications: new Set(), vips: new Set() };
    assert.deepEqual(writerScope([]), nothing);
    assert.deepEqual(writerScope([grant(['read', 'operate'])]), nothing);
  });

  test('is everything when one grant names no application', () => {
    assert.equal(writerScope([grant(['register'], [ORDERS]), grant(['register'])]), undefined);
  });
});
