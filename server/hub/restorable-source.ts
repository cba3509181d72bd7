import type { AppName, SourceId } from '../../shared/model/names.ts';
import type { World } from '../../shared/contribution/contribution.ts';
import type {
  ContributionSink,
  Detail,
  Holding,
  Restored,
  Source,
  SourceHealth,
  SourceMemory,
} from '../ports/source.ts';

/**
 * A source that may have been restored. Until its upstream has confirmed the restored view, the source is stale, with
 * the time of the last success in the previous process. Everything else comes from the source itself; `Required` makes
 * a missing member a compile error.
 */
export class RestorableSource implements Required<Source> {
  readonly id: SourceId;
  readonly world: World;
  readonly required: boolean;
  readonly #source: Source;
  #unconfirmed: Restored | undefined;

  constructor(source: Source) {
    this.id = source.id;
    this.world = source.world;
    this.required = source.required;
    this.#source = source;
  }

  restore(restored: Restored): void {
    this.#source.restore?.(restored);
    this.#unconfirmed = restored;
  }

  start(sink: ContributionSink): void {
    const own: Required<ContributionSink> = {
      update: (changes, urgency) => sink.update(changes, urgency),
      replace: (all) => sink.replace(all),
      synced: () => {
        this.#unconfirmed = undefined;
        sink.synced();
      },
      stateChanged: () => sink.stateChanged?.(),
    };
    this.#source.start(own);
  }

  stop(): Promise<void> {
    return this.#source.stop();
  }

  health(): SourceHealth {
    const health = this.#source.health();
    if (this.#unconfirmed === undefined) return health;
    return { ...health, state: 'stale', lastSuccessAt: this.#unconfirmed.lastSuccessAt, restored: true };
  }

  memory(): SourceMemory {
    const { asOf, state } = this.#source.memory?.() ?? { asOf: undefined, state: undefined };
    return { asOf: asOf ?? this.health().lastSuccessAt, state };
  }

  detailsOf(app: AppName): readonly Detail[] {
    return this.#source.detailsOf?.(app) ?? [];
  }

  get holding(): Holding | undefined {
    return this.#source.holding;
  }
}
