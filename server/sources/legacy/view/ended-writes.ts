import { knownInstances } from './known-instances.ts';
import { LossList } from './loss-list.ts';
import type { ViewParts } from './contributions.ts';
import type { PendingWrite } from './pending-writes.ts';

/**
 * Judges written instances that were served until now and that no answer lists. They are losses like those of listed
 * instances: a legacy that was restarted knows nothing of what was written before. What is held keeps its last content.
 */
export function judgeEndedWrites({ polled, brake }: ViewParts, ended: readonly PendingWrite[], now: number): void {
  const lost = new LossList();
  for (const { app, id, record } of ended) {
    if (record === undefined || polled.instances(app)?.has(id) === true) continue;
    if (!brake.replace(app, record)) lost.add(app, record);
  }
  brake.judge(lost, polled.size + brake.size + lost.size, polled.size, now, () => knownInstances(polled, lost));
}
