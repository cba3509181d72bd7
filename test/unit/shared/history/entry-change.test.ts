import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { entryChange } from '../../../../shared/history/entry-change.ts';
import { instanceId, sourceId } from '../../../../shared/model/names.ts';
import type { Entry, Origin } from '../../../../shared/registry/application.ts';
import { instance } from '../../../support/instances.ts';

const LEGACY = sourceId('legacy');
const INGRESS = {
  kind: 'ingress',
  source: sourceId('cluster:main'),
  object: 'main/shop/orders',
  statusReason: '1 of 1 endpoints is ready',
  notices: ['a', 'b'],
  changedAt: 1,
} as const;
const COPY = { kind: 'copy', source: LEGACY, original: instanceId('o-1'), object: 'main/shop/orders' } as const;
const REGISTRATION = { kind: 'registration', source: LEGACY } as const;

const RECORD = instance('ORDERS', 'o-1');
const of = (origin: Origin, record = RECORD): Entry => ({ record, origin });

describe('what became of an entry', () => {
  test('it came, it went, and nothing was or is there', () => {
    assert.deepEqual(entryChange(undefined, of(REGISTRATION)), {
      kind: 'added',
      id: RECORD.id,
      origin: REGISTRATION,
      status: 'UP',
    });
    assert.deepEqual(entryChange(of(REGISTRATION), undefined), {
      kind: 'deleted',
      id: RECORD.id,
      entry: of(REGISTRATION),
    });
    assert.equal(entryChange(undefined, undefined), undefined);
  });

  test('only the fields that differ are kept', () => {
    const down = instance('ORDERS', 'o-1', { status: 'DOWN', metadata: new Map([['zone', 'dc1']]) });
    assert.deepEqual(entryChange(of(REGISTRATION), of(REGISTRATION, down)), {
      kind: 'modified',
      id: RECORD.id,
      before: { status: 'UP' },
      after: { status: 'DOWN' },
      status: 'DOWN',
      origin: undefined,
    });
  });

  test('the same record of the same origin is no change, whether it is the same object or not', () => {
    for (const origin of [REGISTRATION, INGRESS, COPY]) {
      assert.equal(entryChange(of(origin), of(origin)), undefined);
      assert.equal(entryChange(of(origin), of({ ...origin })), undefined);
    }
    // When it changed last is not told of.
    assert.equal(entryChange(of(INGRESS), of({ ...INGRESS, changedAt: 2, notices: ['a', 'b'] })), undefined);
  });

  for (const [what, before, after] of [
    ['another source', REGISTRATION, { ...REGISTRATION, source: sourceId('leases') }],
    ['another source of the same object', INGRESS, { ...INGRESS, source: sourceId('cluster:other') }],
    ['another object', INGRESS, { ...INGRESS, object: 'main/shop/other' }],
    ['another reason of its status', INGRESS, { ...INGRESS, statusReason: 'no endpoint is ready' }],
    ['another notice', INGRESS, { ...INGRESS, notices: ['a', 'c'] }],
    ['a copy for another object', COPY, { ...COPY, object: 'main/shop/other' }],
    ['a copy of another', COPY, { ...COPY, original: instanceId('o-2') }],
    ['a registration of what was a copy', COPY, REGISTRATION],
    ['a copy of what was a registration', REGISTRATION, COPY],
    ['an Ingress in place of a registration of that source', { ...REGISTRATION, source: INGRESS.source }, INGRESS],
    ['a registration in place of an Ingress', INGRESS, { ...REGISTRATION, source: INGRESS.source }],
  ] as readonly (readonly [string, Origin, Origin])[])
    test(`another origin alone is a change without fields: ${what}`, () => {
      assert.deepEqual(entryChange(of(before), of(after)), {
        kind: 'modified',
        id: RECORD.id,
        before: {},
        after: {},
        status: 'UP',
        origin: before,
      });
    });
});
