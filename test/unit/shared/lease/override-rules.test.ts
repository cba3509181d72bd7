import assert from 'node:assert/strict';
import { test } from 'node:test';
import { effectiveStatus } from '../../../../shared/lease/override-rules.ts';
import type { InstanceStatus } from '../../../../shared/model/instance.ts';

type Case = readonly [
  incoming: InstanceStatus,
  override: InstanceStatus | undefined,
  existing: InstanceStatus | undefined,
  effective: InstanceStatus,
];

const CASES: Readonly<Record<string, readonly Case[]>> = {
  'an instance that says it is not in service is believed, whatever was set': [
    ['DOWN', 'OUT_OF_SERVICE', 'UP', 'DOWN'],
    ['STARTING', 'UP', 'UP', 'STARTING'],
    ['UNKNOWN', 'UP', undefined, 'UNKNOWN'],
  ],
  'an override wins over what the instance says and over what it was': [
    ['UP', 'OUT_OF_SERVICE', 'UP', 'OUT_OF_SERVICE'],
    ['OUT_OF_SERVICE', 'UP', 'OUT_OF_SERVICE', 'UP'],
    ['UP', 'UNKNOWN', 'UP', 'UNKNOWN'],
  ],
  'a client cannot move itself between UP and OUT_OF_SERVICE by registering again': [
    ['UP', undefined, 'OUT_OF_SERVICE', 'OUT_OF_SERVICE'],
    ['OUT_OF_SERVICE', undefined, 'UP', 'UP'],
  ],
  'it may do so by way of any other status, and at its first registration': [
    ['UP', undefined, 'DOWN', 'UP'],
    ['UP', undefined, 'UNKNOWN', 'UP'],
    ['OUT_OF_SERVICE', undefined, 'STARTING', 'OUT_OF_SERVICE'],
    ['OUT_OF_SERVICE', undefined, undefined, 'OUT_OF_SERVICE'],
  ],
};

for (const [name, cases] of Object.entries(CASES)) {
  test(name, () => {
    for (const [incoming, override, existing, effective] of cases) {
      assert.equal(
        effectiveStatus(incoming, () => override, existing),
        effective,
        `${incoming} ${override} ${existing}`,
      );
    }
  });
}

test('the override of an instance that is not in service is not looked up, and so not kept alive', () => {
  assert.equal(
    effectiveStatus('DOWN', () => assert.fail('looked up'), 'UP'),
    'DOWN',
  );
});
