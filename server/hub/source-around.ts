import type { AppContribution, World } from '../../shared/contribution/contribution.ts';
import type { Presence } from '../../shared/history/cause.ts';
import type { AppName, InstanceId, SourceId } from '../../shared/model/names.ts';
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
 * Passes everything on to a source; whoever extends it changes a part. `Required` makes a missing member a compile error.
 */
export abstract class SourceAround implements Required<Source> {
  readonly id: SourceId;
  readonly world: World;
  readonly required: boolean;
  protected readonly source: Source;

  constructor(source: Source) {
    this.id = source.id;
    this.world = source.world;
    this.required = source.required;
    this.source = source;
  }

  start(sink: ContributionSink, mayConnect?: Promise<void>): void {
    this.source.start(sink, mayConnect);
  }

  stop(): Promise<void> {
    return this.source.stop();
  }

  restore(restored: Restored): void {
    this.source.restore?.(restored);
  }

  health(): SourceHealth {
    return this.source.health();
  }

  memory(): SourceMemory {
    return this.source.memory?.() ?? { asOf: undefined, state: undefined };
  }

  shown(restored: ReadonlyMap<AppName, AppContribution>): ReadonlyMap<AppName, AppContribution> {
    return this.source.shown?.(restored) ?? restored;
  }

  known(): ReadonlyMap<AppName, AppContribution> | undefined {
    return this.source.known?.();
  }

  detailsOf(app: AppName): readonly Detail[] {
    return this.source.detailsOf?.(app) ?? [];
  }

  remembered(): Iterable<AppName> {
    return this.source.remembered?.() ?? [];
  }

  presence(object: string): Presence | undefined {
    return this.source.presence?.(object);
  }

  unlistedSince(app: AppName, id: InstanceId): number | undefined {
    return this.source.unlistedSince?.(app, id);
  }

  get holding(): Holding | undefined {
    return this.source.holding;
  }
}
