import type { InstanceId } from '../../../../shared/model/names.ts';
import type { InstanceRecord } from '../../../../shared/model/instance.ts';
import { LossList } from './loss-list.ts';
import { MAX_APPLICATION_INSTANCES, type NextFullView } from './polled-view.ts';

/**
 * The view after an answer that lists fewer instances than it counts itself: a part of it is missing, so what it does
 * not list stays as it was. `unlisted`: what nothing but this answer says is gone.
 */
export function keepUnlisted(next: NextFullView, unlisted: LossList): NextFullView {
  const apps = new Map(next.apps);
  const counts = { ...next.counts };
  let { size } = next;
  for (const [app, records] of unlisted.apps) {
    const all = new Map<InstanceId, InstanceRecord>(apps.get(app));
    for (const [id, record] of records) {
      if (all.size >= MAX_APPLICATION_INSTANCES) break;
      all.set(id, record);
      counts[record.status]++;
      size++;
    }
    apps.set(app, all);
  }
  return { ...next, apps, counts, size, changes: { ...next.changes, lost: new LossList() } };
}
