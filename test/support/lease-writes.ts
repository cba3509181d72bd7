import type { Write } from '../../server/ports/writes.ts';
import type { InstanceRecord, InstanceStatus } from '../../shared/model/instance.ts';
import { appName, instanceId } from '../../shared/model/names.ts';
import { RAW, registration } from './lease-world.ts';

const target = (app: string, id: string) => ({ app: appName(app), id: instanceId(id), raw: RAW });

/** Writes as the HTTP layer passes them on. */
export const writes = {
  register: (app: string, id: string, overrides: Partial<InstanceRecord> = {}): Write => ({
    kind: 'register',
    ...target(app, id),
    record: registration(app, id, overrides),
  }),
  renew: (app: string, id: string, lastDirtyTimestamp?: number): Write => ({
    kind: 'renew',
    ...target(app, id),
    lastDirtyTimestamp,
  }),
  cancel: (app: string, id: string): Write => ({ kind: 'cancel', ...target(app, id) }),
  setStatus: (app: string, id: string, status: InstanceStatus, lastDirtyTimestamp?: number): Write => ({
    kind: 'set-status',
    ...target(app, id),
    status,
    lastDirtyTimestamp,
  }),
  removeStatus: (app: string, id: string, status: InstanceStatus, lastDirtyTimestamp?: number): Write => ({
    kind: 'remove-status',
    ...target(app, id),
    status,
    lastDirtyTimestamp,
  }),
  metadata: (app: string, id: string, entries: Readonly<Record<string, string>>): Write => ({
    kind: 'metadata',
    ...target(app, id),
    entries: new Map(Object.entries(entries)),
  }),
};
