import type { AppContribution } from '../../../../shared/contribution/contribution.ts';
import type { InstanceRecord, InstanceStatus } from '../../../../shared/model/instance.ts';
import type { AppName, InstanceId } from '../../../../shared/model/names.ts';
import { isOwnEntry } from '../../../../shared/model/own-entry.ts';
import { NO_COUNTS } from '../../../../shared/registry/hashcode.ts';
import type { LegacyServer } from '../wire/legacy-server.ts';
import type { ViewParts } from './contributions.ts';
import { LossList } from './loss-list.ts';
import type { ViewState } from './view-state.ts';

type Records = ReadonlyMap<AppName, Map<InstanceId, InstanceRecord>>;

/**
 * Makes the view what it was in a process before this one: the next answer is compared with it, so that a registry that
 * has lost its instances meanwhile meets the brake, and holds stay. What is served is listed, but for what is held and
 * for what was written and no list has shown.
 */
export function restoreView(
  { polled, brake, pending }: ViewParts,
  contributions: ReadonlyMap<AppName, AppContribution>,
  state: ViewState,
  now: number,
  servers: readonly LegacyServer[],
): void {
  const listed: Records = new Map(
    Array.from(contributions, ([app, { instances }]) => [
      app,
      new Map(instances.map((record) => [record.id, record] as const)),
    ]),
  );
  const recordOf = (app: AppName, id: InstanceId): InstanceRecord | undefined => listed.get(app)?.get(id);
  brake.restore(state.brake, recordOf, now);
  for (const { app, id, written, listed: isListed, writtenAt, version, dirtyAt, listedAt, by } of state.pending) {
    const record = recordOf(app, id);
    // A record that is served no more was taken out meanwhile.
    if (written && record === undefined) continue;
    const server = servers.find(({ url }) => url === by);
    const write = {
      app,
      id,
      record: written ? record : undefined,
      confirmedAt: Math.min(writtenAt, now),
      version,
      dirtyAt,
      listedAt,
      taker: server && { server, place: undefined },
    };
    pending.restore(write, now, !written && !isListed);
    if (written) brake.forget(app, id);
    if (!isListed) listed.get(app)?.delete(id);
  }
  for (const [app, instances] of listed) for (const id of brake.retained(app)?.keys() ?? []) instances.delete(id);
  const counts: Record<InstanceStatus, number> = { ...NO_COUNTS };
  let size = 0;
  const apps = new Map([...listed].filter(([, instances]) => instances.size > 0));
  for (const instances of apps.values())
    for (const record of instances.values()) {
      counts[record.status]++;
      if (!isOwnEntry(record)) size++;
    }
  polled.advance({
    kind: 'full',
    apps,
    counts,
    size,
    changes: { changed: new Set(), cancelled: new LossList(), lost: new LossList() },
  });
}
