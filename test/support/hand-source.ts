import type { ContributionSink, Source, SourceState } from '../../server/ports/source.ts';
import { sourceId } from '../../shared/model/names.ts';

/** A source that the test drives. */
export class HandSource implements Source {
  readonly id;
  readonly world = 'legacy' as const;
  readonly required: boolean;
  sink: ContributionSink | undefined;
  /** It would ask its upstream now. */
  connected = false;
  stopped = false;
  state: SourceState = 'synced';

  constructor(id: string, required = true) {
    this.id = sourceId(id);
    this.required = required;
  }

  start(sink: ContributionSink, mayConnect?: Promise<void>): void {
    this.sink = sink;
    if (mayConnect === undefined) this.connected = true;
    else void mayConnect.then(() => (this.connected = true));
  }

  stop(): Promise<void> {
    this.stopped = true;
    return Promise.resolve();
  }

  health(): ReturnType<Source['health']> {
    return { state: this.state, lastSuccessAt: undefined, lastError: undefined, detail: {} };
  }
}
