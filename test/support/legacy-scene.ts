import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { GuardsConfig } from '../../shared/config/config.ts';
import type { InstanceRecord } from '../../shared/model/instance.ts';
import { appName, instanceId, type AppName } from '../../shared/model/names.ts';
import type { AppContribution } from '../../shared/contribution/contribution.ts';
import type { ContributionSink, Restored, Urgency } from '../../server/ports/source.ts';
import type { RawWrite, Write } from '../../server/ports/writes.ts';
import { createLegacy, type Legacy, type LegacyOptions } from '../../server/sources/legacy/legacy.ts';
import type { LegacySettings } from '../../server/sources/legacy/settings.ts';
import { systemClock } from '../../server/system/clock.ts';
import { instance } from './instances.ts';
import { NO_METRICS } from './no-metrics.ts';
import { stepByStep } from './time-slices.ts';
import { SILENT_LOG } from './silent-log.ts';
import { PATIENCE_MS } from '../testbed/until.ts';

/** A sink that keeps the view of a source, in place of the hub. */
export class ViewSink implements ContributionSink {
  readonly view = new Map<AppName, AppContribution>();
  /** The updates after the first sync. */
  readonly updates: { readonly apps: readonly string[]; readonly urgency: Urgency }[] = [];
  syncs = 0;
  stateChanges = 0;

  update(changes: ReadonlyMap<AppName, AppContribution | undefined>, urgency: Urgency): void {
    if (this.syncs > 0) this.updates.push({ apps: [...changes.keys()], urgency });
    for (const [app, contribution] of changes) {
      if (contribution === undefined) this.view.delete(app);
      else this.view.set(app, contribution);
    }
  }

  replace(all: ReadonlyMap<AppName, AppContribution>): void {
    this.view.clear();
    for (const [app, contribution] of all) this.view.set(app, contribution);
  }

  synced(): void {
    this.syncs++;
  }

  stateChanged(): void {
    this.stateChanges++;
  }

  record(app: string, id: string): InstanceRecord | undefined {
    return this.view.get(appName(app))?.instances.find((record) => record.id === id);
  }

  /** The instances as `ORDERS/o-1`, sorted. */
  ids(): readonly string[] {
    return [...this.view].flatMap(([app, { instances }]) => instances.map(({ id }) => `${app}/${id}`)).toSorted();
  }
}

/** For servers that do not answer. Elsewhere a busy machine must not look like one. Milliseconds. */
export const SHORT_TIMEOUTS = { headTimeout: 300, bodyTimeout: 300 } as const;

export interface SceneOptions {
  readonly urls: readonly string[];
  readonly guards?: Partial<GuardsConfig>;
  readonly settings?: Partial<LegacySettings>;
  readonly options?: Partial<LegacyOptions>;
  /** What a process before left. */
  readonly restored?: Pick<Restored, 'contributions' | 'state'>;
}

export interface Scene extends Legacy {
  readonly sink: ViewSink;
}

/** The legacy source over real connections, which polls fast. It ends with the test. */
export function legacyScene(t: TestContext, { urls, guards, settings, options, restored }: SceneOptions): Scene {
  const legacy = createLegacy({
    config: {
      urls,
      pollInterval: 25,
      fullInterval: 60_000,
      required: true,
      peerFeed: false,
      publish: false,
      tls: { ca: undefined, cert: undefined, key: undefined },
    },
    guards: { maxRemoval: 100, minInstances: 1000, grace: 60_000, window: 60_000, ...guards },
    clock: systemClock(Date.now),
    random: Math.random,
    log: SILENT_LOG,
    metrics: NO_METRICS,
    newTimeSlice: stepByStep,
    settings: { headTimeout: 10_000, bodyTimeout: 10_000, maxBackoff: 100, staleAfter: 400, ...settings },
    ...options,
  });
  const sink = new ViewSink();
  if (restored !== undefined) {
    sink.replace(restored.contributions);
    legacy.source.restore({ ...restored, lastSuccessAt: 0, details: new Map() });
  }
  legacy.source.start(sink);
  t.after(() => legacy.source.stop());
  return { ...legacy, sink };
}

/** Polls until the condition holds, with a generous deadline. */
export async function eventually(what: string, holds: () => boolean): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`never happened: ${what}`);
    await sleep(5);
  }
}

function raw(method: RawWrite['method'], path: string, query = '', body?: object): RawWrite {
  return {
    method,
    path,
    query,
    contentType: body === undefined ? undefined : 'application/json',
    body: body === undefined ? undefined : Buffer.from(JSON.stringify(body)),
    headers: { 'discoveryidentity-name': 'DefaultClient', 'x-netflix-discovery-replication': 'true' },
  };
}

function target(app: string, id: string): { readonly app: AppName; readonly id: InstanceRecord['id'] } {
  return { app: appName(app), id: instanceId(id) };
}

function instancePath(app: string, id: string): string {
  return `apps/${app}/${encodeURIComponent(id)}`;
}

/** Writes as the HTTP layer passes them on. */
export const writes = {
  register(app: string, id: string, body: object, changes: Partial<InstanceRecord> = {}): Write {
    const record = instance(app, id, changes);
    return { kind: 'register', ...target(app, id), record, raw: raw('POST', `apps/${app}`, '', { instance: body }) };
  },
  renew(app: string, id: string): Write {
    const query = 'status=UP&lastDirtyTimestamp=1750000000100';
    const request = raw('PUT', instancePath(app, id), query);
    return { kind: 'renew', ...target(app, id), lastDirtyTimestamp: 1_750_000_000_100, raw: request };
  },
  cancel(app: string, id: string): Write {
    return { kind: 'cancel', ...target(app, id), raw: raw('DELETE', instancePath(app, id)) };
  },
  setStatus(app: string, id: string, status: InstanceRecord['status']): Write {
    const request = raw('PUT', `${instancePath(app, id)}/status`, `value=${status}`);
    return { kind: 'set-status', ...target(app, id), status, lastDirtyTimestamp: undefined, raw: request };
  },
  removeStatus(app: string, id: string, status: InstanceRecord['status']): Write {
    const request = raw('DELETE', `${instancePath(app, id)}/status`, `value=${status}`);
    return { kind: 'remove-status', ...target(app, id), status, lastDirtyTimestamp: undefined, raw: request };
  },
  metadata(app: string, id: string, key: string, value: string): Write {
    const request = raw('PUT', `${instancePath(app, id)}/metadata`, `${key}=${value}`);
    return { kind: 'metadata', ...target(app, id), entries: new Map([[key, value]]), raw: request };
  },
};
