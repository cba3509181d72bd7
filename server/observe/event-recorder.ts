import { EventQueue } from '../../shared/api/event-queue.ts';
import { isTrue, objectEvents } from '../../shared/api/object-events.ts';
import type { AppName } from '../../shared/model/names.ts';
import type { MergedApplication } from '../../shared/registry/application.ts';
import type { Clock } from '../ports/clock.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { WriteEvent } from '../ports/object-events.ts';

export interface EventRecorderOptions {
  readonly clock: Clock;
  readonly metrics: Pick<Metrics, 'count'>;
  /** The application now. */
  readonly current: (app: AppName) => MergedApplication | undefined;
  /** By name of the cluster. Objects of manifests have none. */
  readonly clusters: ReadonlyMap<string, WriteEvent>;
}

/** Milliseconds before the first Event of a change: what comes together with it has its say in the same Event. */
const SETTLE_MS = 1_000;

/** Tells people who look at an object in its cluster what became of it. One Event is written at a time. */
export class EventRecorder {
  readonly #options: EventRecorderOptions;
  readonly #queue = new EventQueue();
  /** When the timer is due (epoch milliseconds); `undefined`: there is none. */
  #dueAt: number | undefined;
  #cancel: () => void = () => undefined;
  #writing = false;
  #stopped = false;

  constructor(options: EventRecorderOptions) {
    this.#options = options;
  }

  note(before: MergedApplication | undefined, after: MergedApplication | undefined): void {
    for (const event of objectEvents(before, after))
      if (this.#options.clusters.has(event.cluster) && !this.#queue.add(event)) this.#count('dropped');
    this.#plan();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  #plan(): void {
    if (this.#stopped || this.#writing) return;
    const { clock } = this.#options;
    const now = clock.now();
    const pause = this.#queue.pause(now);
    if (pause === undefined) return;
    const wait = Math.max(pause, SETTLE_MS);
    if (this.#dueAt !== undefined && this.#dueAt <= now + wait) return;
    this.#cancel();
    this.#dueAt = now + wait;
    this.#cancel = clock.after(wait, () => {
      this.#dueAt = undefined;
      void this.#write();
    });
  }

  async #write(): Promise<void> {
    const { clock, clusters, current } = this.#options;
    const event = this.#queue.take(clock.now(), (each) => isTrue(each, current(each.app)));
    const write = event && clusters.get(event.cluster);
    if (event !== undefined && write !== undefined) {
      this.#writing = true;
      this.#count(await write(event));
      this.#writing = false;
    }
    this.#plan();
  }

  #count(outcome: string): void {
    this.#options.metrics.count('events', { outcome });
  }
}
