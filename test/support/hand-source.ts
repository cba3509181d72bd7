import type { ContributionSink, Source, SourceState } from '../../server/ports/source.ts';
import { sourceId } from '../../shared/model/names.ts';

/** A source that the test drives. */
export class HandSource implements Source {
  readonly id;
  readonly world = 'legacy' as const;
  readonly required: boolean;
  sink: ContributionSink | undefined;
  stopped = false;
  state: SourceState = 'synced';

  constructor(id: string, required = true) {
    this.id = sourceId(id);
    this.required = required;
  }

  start(sink: ContributionSink): void {
    this.sink = sink;
  }

  stop(): Promise<void> {
    this.stopped = true;
    return Promise.resolve();
  }

  health(): ReturnType<Source['health']> {
    return { state: this.state, lastSuccessAt: undefined, lastError: undefined, detail: {} };
  }
}
