import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explainEntry } from '../../../../shared/api/explained-entry.ts';
import { instanceId, sourceId } from '../../../../shared/model/names.ts';
import { instance } from '../../../support/instances.ts';

const HELD = { holdId: 'legacy-1', since: 1_750_000_000_000, releasesAt: undefined };
const LEGACY = { kind: 'registration', source: sourceId('legacy') } as const;

test('the ports of an entry are those that are enabled, with their scheme', () => {
  const ports = (http: boolean, https: boolean) =>
    explainEntry(
      instance('ALICE', 'i-1', { port: { number: 8080, enabled: http }, securePort: { number: 8443, enabled: https } }),
      LEGACY,
      () => undefined,
    ).ports;
  assert.deepEqual(ports(true, true), ['http:8080', 'https:8443']);
  assert.deepEqual(ports(false, true), ['https:8443']);
  assert.deepEqual(ports(false, false), []);
});

test('a copy is not held, though its original is', () => {
  const copy = {
    kind: 'copy',
    source: sourceId('legacy'),
    original: instanceId('i-1'),
    object: 'main/shop/alice',
  } as const;
  const record = instance('ALICE', 'i-1');
  assert.equal(explainEntry(record, LEGACY, () => HELD).hold, 'legacy-1');
  const shown = explainEntry(record, copy, () => HELD);
  assert.deepEqual([shown.hold, shown.notices, shown.copyOf], [undefined, [], 'i-1']);
});

test('an entry of unknown origin is shown as one that an instance registered', () => {
  const { world, source, object, copyOf, rule, hold } = explainEntry(instance('ALICE', 'i-1'), undefined, () => HELD);
  assert.deepEqual(
    { world, source, object, copyOf, rule, hold },
    {
      world: 'legacy',
      source: 'unknown',
      object: undefined,
      copyOf: undefined,
      rule: 'registered by the instance itself',
      hold: undefined,
    },
  );
});

test('an entry says whether it is derived from an Ingress or from an HTTPRoute', () => {
  const rule = (object: string) =>
    explainEntry(
      instance('ALICE', 'i-1'),
      { kind: 'ingress', source: sourceId('cluster:main'), object, statusReason: '1 ready', notices: [], changedAt: 1 },
      () => undefined,
    ).rule;
  assert.equal(rule('main/shop/alice'), 'derived from the Ingress: 1 ready');
  assert.equal(rule('main/shop/httproute/alice'), 'derived from the HTTPRoute: 1 ready');
  assert.equal(rule('main/httproute/alice'), 'derived from the Ingress: 1 ready');
});
