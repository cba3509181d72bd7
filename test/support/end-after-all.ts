import { after } from 'node:test';
import type { Ending } from './running-server.ts';

/** Of a suite that shares what its `before` has started: it is ended after all its tests, the last one first. */
export function endAfterAll(): Ending {
  const undo: (() => Promise<void>)[] = [];
  after(async () => {
    for (const each of undo.toReversed()) await each();
  });
  return { after: (each) => void undo.push(each) };
}
