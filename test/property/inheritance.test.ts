import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { NO_CONTRIBUTION } from '../../shared/contribution/contribution.ts';
import type { InstanceRecord } from '../../shared/model/instance.ts';
import { appName, sourceId } from '../../shared/model/names.ts';
import { lastingMemory, type MergedApplication, type MergeMemory } from '../../shared/registry/application.ts';
import { mergeApplication } from '../../shared/registry/merge.ts';
import { mergeMemory } from '../../shared/registry-file/memory-shape.ts';
import { instance } from '../support/instances.ts';
import { OPEN_RULES } from '../support/merge-rules.ts';
import { publication } from '../support/publications.ts';

const NOW = 1_760_000_000_000;

const twin: fc.Arbitrary<InstanceRecord> = fc
  .record({
    id: fc.constantFrom('a', 'b', 'c', 'd'),
    status: fc.constantFrom('UP', 'DOWN', 'STARTING', 'OUT_OF_SERVICE'),
    vipAddress: fc.constantFrom('alice', 'Alice.V2', ' ', undefined),
    statusPageUrl: fc.constantFrom('http://x/info', 'http://x:9090/info', undefined),
    lastDirtyTimestamp: fc.integer({ min: 1, max: 3 }),
    zone: fc.constantFrom('z1', 'z2'),
    team: fc.constantFrom('red', 'blue', undefined),
  })
  .map(({ id, zone, team, ...given }) => {
    const metadata = new Map([['zone', zone], ...(team === undefined ? [] : [['team', team] as const])]);
    return instance('ALICE', id, { ...given, metadata });
  });
const twins = fc.uniqueArray(twin, { selector: ({ id }) => id, maxLength: 4 });

function merge(instances: readonly InstanceRecord[], before: MergeMemory | undefined, now: number): MergedApplication {
  return mergeApplication(
    appName('ALICE'),
    [
      { source: sourceId('legacy'), contribution: { ...NO_CONTRIBUTION, instances } },
      { source: sourceId('cluster:main'), contribution: { ...NO_CONTRIBUTION, publications: [publication('ALICE')] } },
    ],
    OPEN_RULES,
    before,
    now,
  );
}

/** As a process gets it that has read the file of the one before. */
function restarted(merged: MergedApplication): MergeMemory | undefined {
  const memory = lastingMemory(merged);
  return memory && mergeMemory.read(JSON.parse(JSON.stringify(mergeMemory.write(memory))));
}

const made = ({ served }: MergedApplication): readonly InstanceRecord[] =>
  served.filter(({ id }) => id.startsWith('eurek8s:'));

test('whatever twins come and go: the order of lists and a restart at any step change nothing, nor does the last one leaving', () => {
  fc.assert(
    fc.property(fc.array(twins, { minLength: 1, maxLength: 6 }), (states) => {
      let one: MergedApplication | undefined;
      let other: MergeMemory | undefined;
      for (const [step, state] of states.entries()) {
        const now = NOW + step;
        const next = merge(state, one, now);
        const elsewhere = merge(state.toReversed(), other, now);
        assert.deepEqual(elsewhere.template, next.template);
        assert.deepEqual(made(elsewhere), made(next));
        if (state.length === 0 && one !== undefined) {
          assert.deepEqual(made(next), made(one), 'the last twin has left');
          assert.equal(next.template?.goneSince !== undefined, next.template !== undefined);
        }
        one = next;
        other = restarted(elsewhere);
      }
    }),
  );
});
