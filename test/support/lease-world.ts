import assert from 'node:assert/strict';
import type { ContributionSink, Urgency } from '../../server/ports/source.ts';
import type { RawWrite } from '../../server/ports/writes.ts';
import { LeaseRegistry } from '../../shared/lease/lease-registry.ts';
import type { InstanceRecord } from '../../shared/model/instance.ts';
import { appName, instanceId, type AppName } from '../../shared/model/names.ts';
import type { AppContribution, ContributionUpdate } from '../../shared/contribution/contribution.ts';
import { instance } from './instances.ts';

export const NOW = 1_750_000_000_000;
export const APP = appName('orders');
export const ID = instanceId('node1');

/** A registration as a client sends it: without lease times, 90 s. */
export function registration(app: string, id: string, overrides: Partial<InstanceRecord> = {}): InstanceRecord {
  return instance(app, id, {
    leaseInfo: askedLease(90),
    lastDirtyTimestamp: NOW - 100,
    actionType: undefined,
    ...overrides,
  });
}

export function askedLease(durationInSecs: number, renewalIntervalInSecs = 30): InstanceRecord['leaseInfo'] {
  return {
    renewalIntervalInSecs,
    durationInSecs,
    registrationTimestamp: 0,
    lastRenewalTimestamp: 0,
    evictionTimestamp: 0,
    serviceUpTimestamp: 0,
  };
}

/** ORDERS/node1, registered at NOW with the given differences. */
export function registryWith(overrides: Partial<InstanceRecord> = {}): LeaseRegistry {
  const registry = new LeaseRegistry(NOW);
  registry.register(registration(APP, ID, overrides), NOW);
  return registry;
}

export function recordIn(registry: LeaseRegistry, app: AppName = APP, id: string = ID): InstanceRecord {
  const record = registry.records(app)?.find((candidate) => candidate.id === id);
  assert.ok(record, `${app}/${id} is registered`);
  return record;
}

export const RAW: RawWrite = {
  method: 'PUT',
  path: '',
  query: '',
  contentType: undefined,
  body: undefined,
  headers: {},
};

/** A sink that keeps what a source contributes, and the order of the calls. */
export class LeaseSink implements ContributionSink {
  readonly view = new Map<AppName, AppContribution>();
  readonly calls: string[] = [];
  updates = 0;

  update(changes: ContributionUpdate, urgency: Urgency): void {
    this.updates++;
    this.calls.push(`update ${[...changes.keys()].join(',')} ${urgency}`);
    for (const [app, contribution] of changes) {
      if (contribution === undefined) this.view.delete(app);
      else this.view.set(app, contribution);
    }
  }

  replace(all: ReadonlyMap<AppName, AppContribution>): void {
    this.calls.push(`replace ${all.size}`);
    this.view.clear();
    for (const [app, contribution] of all) this.view.set(app, contribution);
  }

  synced(): void {
    this.calls.push('synced');
  }

  get instances(): readonly InstanceRecord[] {
    return [...this.view.values()].flatMap((contribution) => contribution.instances);
  }

  record(app: string, id: string): InstanceRecord | undefined {
    return this.view.get(appName(app))?.instances.find((candidate) => candidate.id === id);
  }
}
