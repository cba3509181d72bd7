import assert from 'node:assert/strict';
import { decodePeerBatch, encodePeerAnswers } from '../../../shared/codec/peer-batch.ts';
import { target, type NamedTarget } from '../engine/target.ts';
import type { Random } from '../engine/random.ts';
import { INSTANCES_JSON } from '../input/captures.ts';
import { mutatedJson } from '../input/json-mutation.ts';
import { INSTANCE_WORDS } from '../input/words.ts';
import { checkReadBack } from '../oracle/same-record.ts';
import { checkHeader } from '../oracle/reason.ts';
import { oneLine } from '../../../server/http/reply.ts';
import { finished } from '../../support/time-slices.ts';

const NOW = 1_795_000_000_000;
const ACTIONS = ['Register', 'Heartbeat', 'Cancel', 'StatusUpdate', 'DeleteStatusOverride'];
const WORDS = [...INSTANCE_WORDS, ...ACTIONS, 'replicationList', 'appName', 'id', 'action', 'instanceInfo'];

function batch(random: Random): string {
  const items = Array.from({ length: 1 + random.few(6) }, () => {
    const { instance } = JSON.parse(random.pick(INSTANCES_JSON)) as {
      readonly instance: Readonly<Record<string, unknown>>;
    };
    return {
      appName: instance['app'],
      id: instance['instanceId'],
      lastDirtyTimestamp: 1_795_000_000_001,
      status: 'UP',
      overriddenStatus: 'UNKNOWN',
      action: random.pick(ACTIONS),
      instanceInfo: random.chance(0.8) ? instance : null,
    };
  });
  return JSON.stringify({ replicationList: items });
}

export const PEER_BATCHES = target('peer-batch', 'bodies of POST peerreplication/batch', () => ({
  generate: (random) => mutatedJson(batch(random), random, WORDS),
  read: (input) => finished(decodePeerBatch(input, NOW)),
  judge: (_input, decoded) => {
    if (!decoded.ok) {
      checkHeader(oneLine(decoded.error.reason));
      return 'refused';
    }
    for (const item of decoded.value) {
      if (item.kind !== 'register') continue;
      assert.equal(item.record.id, item.id);
      assert.equal(item.record.app, item.app);
      checkReadBack(item.record);
    }
    const answers = decoded.value.map((item) => ({ status: item.kind === 'unreadable' ? item.status : 200 }));
    const { responseList } = JSON.parse(finished(encodePeerAnswers(answers))) as {
      readonly responseList: readonly unknown[];
    };
    assert.equal(responseList.length, decoded.value.length);
    return 'accepted';
  },
})) satisfies NamedTarget;
