import type { ContributionSink, Restored, SourceHealth, SourceMemory } from '../ports/source.ts';
import { SourceAround } from './source-around.ts';

/**
 * A source that may have been restored. Until its upstream has confirmed the restored view, the source is stale, with
 * the time of the last success in the previous process.
 */
export class RestorableSource extends SourceAround {
  #unconfirmed: Restored | undefined;

  override restore(restored: Restored): void {
    super.restore(restored);
    this.#unconfirmed = restored;
  }

  override start(sink: ContributionSink, mayConnect?: Promise<void>): void {
    const own: Required<ContributionSink> = {
      update: (changes, urgency) => sink.update(changes, urgency),
      replace: (all) => sink.replace(all),
      synced: () => {
        this.#unconfirmed = undefined;
        sink.synced();
      },
      stateChanged: () => sink.stateChanged?.(),
    };
    super.start(own, mayConnect);
  }

  override health(): SourceHealth {
    const health = super.health();
    if (this.#unconfirmed === undefined) return health;
    return { ...health, state: 'stale', lastSuccessAt: this.#unconfirmed.lastSuccessAt, restored: true };
  }

  override memory(): SourceMemory {
    const { asOf, state } = super.memory();
    return { asOf: asOf ?? this.health().lastSuccessAt, state };
  }
}
