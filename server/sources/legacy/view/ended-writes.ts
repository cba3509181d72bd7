import { knownInstances } from './known-instances.ts';
import { LossList } from './loss-list.ts';
import type { ViewParts } from './contributions.ts';
import type { PendingWrite } from './pending-writes.ts';
import { servedSize } from './served-size.ts';

/**
 * Judges written instances that were served until now and that no answer lists. They are losses like those of listed
 * instances: a legacy that was restarted knows nothing of what was written before. They are judged as a part of all that
 * is served, because the lists may have next to nothing beside what another server took. None of them is held: until now
 * the write was the reason why it was served. What had passed of them counts from now on. They join a kept hold as well:
 * no list ever had them, so this is no later removal, and whoever keeps the hold knows that the lists are wrong. Those
 * that were held before the write are held again, also where all of that hold were written and it had ended.
 */
export function judgeEndedWrites(parts: ViewParts, ended: readonly PendingWrite[], now: number): void {
  const { polled, brake } = parts;
  const lost = new LossList();
  for (const { app, id, record } of ended) {
    if (record === undefined || polled.instances(app)?.has(id) === true) continue;
    lost.add(app, record);
  }
  const hold = brake.takeAside(lost);
  for (const [app, records] of lost.apps) brake.recover(app, (id) => records.has(id));
  if (lost.size === 0) return;
  const after = servedSize(parts);
  const before = after + lost.size;
  if (!brake.join(lost, before, now, hold)) brake.judge(lost, before, after, now, () => knownInstances(polled, lost));
}
