import type { HeldAtFirst } from '../../../../shared/guard/hold-id.ts';
import type { InstanceRecord } from '../../../../shared/model/instance.ts';
import type { AppName, InstanceId } from '../../../../shared/model/names.ts';
import { isOwnEntry } from '../../../../shared/model/own-entry.ts';
import type { LossList } from './loss-list.ts';
import type { PolledView } from './polled-view.ts';

/**
 * What the legacy lists and what it has just lost, without the entries that an Eurek8s made. A legacy that was restarted
 * fills up again while replicas ask it one after the other: each sees another part of it lost first, but all of them know
 * the same instances.
 */
export function knownInstances(polled: Pick<PolledView, 'apps' | 'size'>, lost: LossList): HeldAtFirst {
  const apps = new Map<AppName, Map<InstanceId, InstanceRecord>>();
  for (const part of [polled.apps, lost.apps])
    for (const [app, instances] of part) {
      const known = apps.get(app) ?? new Map<InstanceId, InstanceRecord>();
      for (const [id, record] of instances) if (!isOwnEntry(record)) known.set(id, record);
      if (known.size > 0) apps.set(app, known);
    }
  return { apps, size: polled.size + lost.size };
}
