import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Write, WriteOutcome, WriteTarget } from '../../../../server/ports/writes.ts';
import { gateWrites } from '../../../../server/writes/gate.ts';
import { appName, instanceId, SOURCE_MARKER, SYNTHETIC_ID_PREFIX } from '../../../../shared/model/names.ts';
import { instance } from '../../../support/instances.ts';

const RAW = { method: 'PUT', path: '', query: '', contentType: undefined, body: undefined, headers: {} } as const;

function everyKind(id: string, metadata = new Map<string, string>()): readonly Write[] {
  const identity = { app: appName('ALICE'), id: instanceId(id), raw: RAW };
  return [
    { kind: 'register', ...identity, record: instance('ALICE', id, { metadata }) },
    { kind: 'renew', ...identity, lastDirtyTimestamp: undefined },
    { kind: 'cancel', ...identity },
    { kind: 'set-status', ...identity, status: 'DOWN', lastDirtyTimestamp: undefined },
    { kind: 'remove-status', ...identity, status: 'UNKNOWN', lastDirtyTimestamp: undefined },
    { kind: 'metadata', ...identity, entries: new Map([['a', 'b']]) },
  ];
}

/** Accepts every write, and records it. */
function takingTarget(): WriteTarget & { readonly taken: Write[] } {
  const taken: Write[] = [];
  return {
    taken,
    apply: (write): Promise<WriteOutcome> => {
      taken.push(write);
      return Promise.resolve({ status: 200, reason: undefined });
    },
  };
}

async function statuses(target: WriteTarget, writes: readonly Write[]): Promise<readonly number[]> {
  return Promise.all(writes.map(async (write) => (await target.apply(write)).status));
}

test('ordinary writes go through', async () => {
  const target = takingTarget();
  const writes = everyKind('host:alice:1');
  assert.deepEqual(await statuses(gateWrites({ target, readOnly: false }), writes), [200, 200, 200, 200, 200, 200]);
  assert.deepEqual(target.taken, writes);
});

test('a write to a derived entry never reaches a registry: it would become a registration that nobody renews', async () => {
  const target = takingTarget();
  const gate = gateWrites({ target, readOnly: false });
  const writes = everyKind(`${SYNTHETIC_ID_PREFIX}main:shop:alice:alice.example.com:0`);
  // A renewal is answered as successful; a change is refused, so that its client learns that there was none.
  assert.deepEqual(await statuses(gate, writes), [200, 200, 200, 400, 400, 400]);
  const [marked] = everyKind('host:alice:1', new Map([[SOURCE_MARKER, 'main/shop/alice']]));
  assert.ok(marked);
  assert.deepEqual(await statuses(gate, [marked]), [200]);
  assert.deepEqual(target.taken, []);
});

test('read-only refuses with 503: on a 404 every client would register anew', async () => {
  const target = takingTarget();
  const gate = gateWrites({ target, readOnly: true });
  assert.deepEqual(await statuses(gate, everyKind('a')), [503, 503, 503, 503, 503, 503]);
  assert.deepEqual(target.taken, []);
});

test('without a registry to write to the answer is 503 and names what is missing', async () => {
  const [write] = everyKind('a');
  assert.ok(write);
  const outcome = await gateWrites({ target: undefined, readOnly: false }).apply(write);
  assert.deepEqual(outcome, {
    status: 503,
    reason: 'no legacy registry and no leases are configured to take writes',
  });
});
