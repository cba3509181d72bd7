import type { InstanceRecord, InstanceStatus } from '../../shared/model/instance.ts';
import type { InstanceId } from '../../shared/model/names.ts';
import type { PublishAnswer, PublishRequest } from '../../shared/publish/exchange.ts';

/** The rules of a stock server for what a publisher sends, without a network and without evictions. */
export class StockRegistryModel {
  readonly instances = new Map<InstanceId, InstanceRecord>();
  readonly #overrides = new Map<InstanceId, InstanceStatus>();
  /** Every change in the order of time, as the delta shows it: `ADDED eurek8s:x`. */
  readonly changes: string[] = [];
  renewals = 0;
  looks = 0;

  apply(request: PublishRequest): PublishAnswer {
    const { id } = request;
    switch (request.kind) {
      case 'look': {
        this.looks++;
        const record = this.instances.get(id);
        return record === undefined ? { kind: 'absent' } : { kind: 'found', record };
      }
      case 'renew':
        this.renewals++;
        return this.instances.has(id) ? { kind: 'done' } : { kind: 'absent' };
      case 'cancel':
        return this.cancel(id) ? { kind: 'done' } : { kind: 'absent' };
      case 'register':
        this.register(request.form);
        return { kind: 'done' };
      case 'replace':
        this.cancel(id);
        this.register(request.form);
        return { kind: 'done' };
    }
  }

  /** A later time stamp keeps the content that is there, and no registration moves UP to OUT_OF_SERVICE or back. */
  register(record: InstanceRecord): void {
    const old = this.instances.get(record.id);
    const content = old !== undefined && old.lastDirtyTimestamp > record.lastDirtyTimestamp ? old : record;
    const override = this.#overrides.get(record.id);
    const keeps = isInService(record.status) && old !== undefined && isInService(old.status);
    const status = isInService(record.status) && override !== undefined ? override : keeps ? old.status : record.status;
    this.instances.set(record.id, { ...content, status, overriddenStatus: override ?? 'UNKNOWN' });
    this.changes.push(`ADDED ${record.id}`);
  }

  override(id: InstanceId, status: InstanceStatus): void {
    const old = this.instances.get(id);
    if (old === undefined || old.status === status) return;
    this.#overrides.set(id, status);
    this.instances.set(id, { ...old, status, overriddenStatus: status });
  }

  cancel(id: InstanceId): boolean {
    this.#overrides.delete(id);
    if (!this.instances.delete(id)) return false;
    this.changes.push(`DELETED ${id}`);
    return true;
  }

  /** As after a restart. */
  clear(): void {
    this.instances.clear();
    this.#overrides.clear();
  }
}

function isInService(status: InstanceStatus): boolean {
  return status === 'UP' || status === 'OUT_OF_SERVICE';
}
