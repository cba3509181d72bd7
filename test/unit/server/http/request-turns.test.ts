import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { describe, test } from 'node:test';
import { RequestTurns } from '../../../../server/http/request-turns.ts';
import type { NewTimeSlice } from '../../../../shared/time-slice.ts';

function from(remoteAddress: string): IncomingMessage {
  return { socket: { remoteAddress } } as unknown as IncomingMessage;
}

/** Slices that are spent after so many requests. */
function slicesOf(requests: number): { readonly newTimeSlice: NewTimeSlice; readonly handled: () => void } {
  let left = requests;
  const newTimeSlice: NewTimeSlice = () => {
    left = requests;
    return {
      isSpent: () => left <= 0,
      next: async () => {
        await nextTurn();
        left = requests;
      },
    };
  };
  return { newTimeSlice, handled: () => void left-- };
}

async function nextTurn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

describe('the turns of requests', () => {
  test('are at once while there is time, and then later ones', async () => {
    const { newTimeSlice, handled } = slicesOf(3);
    const turns = new RequestTurns(newTimeSlice);
    const begun: number[] = [];
    for (let i = 0; i < 10; i++)
      turns.take(from('10.0.0.1'), () => {
        handled();
        begun.push(i);
      });
    assert.deepEqual(begun, [0, 1, 2]);
    for (let turn = 0; turn < 10; turn++) await nextTurn();
    assert.deepEqual(begun, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    turns.take(from('10.0.0.1'), () => begun.push(10));
    assert.equal(begun.length, 11, 'at once again');
  });

  test('are shared between addresses, not between requests', async () => {
    const { newTimeSlice, handled } = slicesOf(2);
    const turns = new RequestTurns(newTimeSlice);
    const begun: string[] = [];
    const ask = (address: string, name: string): void =>
      turns.take(from(address), () => {
        handled();
        begun.push(name);
      });
    for (let i = 0; i < 100; i++) ask('10.0.0.1', 'flood');
    ask('10.0.0.2', 'probe');
    ask('10.0.0.2', 'second probe');
    for (let turn = 0; turn < 100; turn++) await nextTurn();
    assert.equal(begun.length, 102);
    assert.ok(begun.indexOf('probe') <= 3, `${begun.indexOf('probe')} came first`);
    assert.ok(begun.indexOf('second probe') <= 5);
  });

  test('count what a request does in promises', async () => {
    const { newTimeSlice, handled } = slicesOf(1);
    const turns = new RequestTurns(newTimeSlice);
    turns.take(from('10.0.0.1'), handled);
    let inThisTurn = 0;
    let all = 0;
    const answered = async (): Promise<void> => {
      await Promise.resolve();
      await Promise.resolve();
      handled();
      inThisTurn++;
      all++;
    };
    for (let i = 0; i < 20; i++) turns.take(from('10.0.0.1'), () => void answered());
    let most = 0;
    for (let turn = 0; turn < 60; turn++) {
      inThisTurn = 0;
      await nextTurn();
      most = Math.max(most, inThisTurn);
    }
    assert.equal(all, 20);
    assert.equal(most, 1);
  });
});
