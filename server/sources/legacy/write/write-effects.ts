import type { ContributionUpdate } from '../../../../shared/contribution/contribution.ts';
import type { InstanceRecord } from '../../../../shared/model/instance.ts';
import type { AppName, InstanceId } from '../../../../shared/model/names.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { LegacyView } from '../view/legacy-view.ts';
import type { LegacyServer } from '../wire/legacy-server.ts';
import type { Taker } from '../view/pending-writes.ts';
import { type AppliedWrite, expectedRecord } from './expected-record.ts';

export interface WriteEffectsParts {
  readonly view: LegacyView;
  readonly clock: Clock;
  readonly publish: (update: ContributionUpdate) => void;
}

/**
 * The effects of writes that the legacy has applied: recorded as pending writes, and published before a call returns.
 */
export class WriteEffects {
  readonly #parts: WriteEffectsParts;

  constructor(parts: WriteEffectsParts) {
    this.#parts = parts;
  }

  /** Records the instance as the legacy itself showed it after the write. */
  stored(app: AppName, record: InstanceRecord, taker?: Taker): void {
    const { view, clock, publish } = this.#parts;
    publish(view.recordWrite(app, record, record.lastUpdatedTimestamp, clock.now(), taker));
  }

  renewed(app: AppName, id: InstanceId, by: LegacyServer): void {
    const { view, clock } = this.#parts;
    view.recordRenewal(app, id, by, clock.now());
  }

  cancelled(app: AppName, id: InstanceId, taker?: Taker): void {
    const { view, clock, publish } = this.#parts;
    publish(view.recordCancel(app, id, clock.now(), taker));
  }

  /**
   * Records the result that the write has by the legacy's rules, without its answer. Returns false when the instance is
   * not known here.
   */
  expected(write: AppliedWrite, taker?: Taker): boolean {
    const { view, clock, publish } = this.#parts;
    const now = clock.now();
    const record = expectedRecord(write, view.instance(write.app, write.id), now);
    if (record === undefined) return false;
    publish(view.recordWrite(write.app, record, undefined, now, taker));
    return true;
  }
}
