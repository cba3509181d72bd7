import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstHeld, MAX_NAMED_APPLICATIONS } from '../../../../shared/guard/held-application.ts';
import { appName } from '../../../../shared/model/names.ts';

const ORDERS = appName('ORDERS');
const BILLING = appName('BILLING');

test('what is held of one application in several losses is counted together, applications by name', () => {
  const first = new Map([[ORDERS, new Set(['o-1', 'o-2', 'o-3', 'o-4'])]]);
  const second = new Map([
    [ORDERS, new Set(['o-5', 'o-6'])],
    [BILLING, new Set(['b-1'])],
  ]);
  assert.deepEqual(firstHeld([first, second]), [
    { name: 'BILLING', count: 1, first: ['b-1'] },
    { name: 'ORDERS', count: 6, first: ['o-1', 'o-2', 'o-3', 'o-4', 'o-5'] },
  ]);
});

test('however much is held, no more than so many applications are named', () => {
  const many = new Map(Array.from({ length: 1000 }, (_, n) => [appName(`APP-${n}`), new Set(['i'])] as const));
  assert.equal(firstHeld([many, new Map([[ORDERS, new Set(['o-1'])]])]).length, MAX_NAMED_APPLICATIONS);
});
