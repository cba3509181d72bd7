import { errorText } from '../../../../shared/error-text.ts';
import type { InstanceRecord } from '../../../../shared/model/instance.ts';
import { isSyntheticId, type AppName, type InstanceId } from '../../../../shared/model/names.ts';
import type { PublishedState, PublishRequest } from '../../../../shared/publish/exchange.ts';
import type { PublishLedger } from '../../../../shared/publish/publish-ledger.ts';
import type { MergedApplication } from '../../../../shared/registry/application.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Log } from '../../../ports/log.ts';
import type { Metrics } from '../../../ports/metrics.ts';
import type { Publishing, PublishingReport } from '../../../ports/publishing.ts';
import type { PublishExchange } from './publish-exchange.ts';
import { PublishLog } from './publish-log.ts';

export interface PublisherParts {
  readonly ledger: PublishLedger;
  readonly exchange: PublishExchange;
  /** The Eurek8s servers that the legacy's lists came through. */
  readonly upstream: () => readonly string[];
  readonly clock: Clock;
  readonly log: Log;
}

/** Requests under way at the same time. Clients' writes have connections left beside them. */
const MAX_REQUESTS = 8;
/**
 * Milliseconds that the first request waits for sources that were restored from the registry file: what they withdraw
 * at once shall not be registered first.
 */
const MAX_START_WAIT_MS = 30_000;
/** Between two looks at whether it may begin. */
const LOOK_MS = 250;
/** The longest sleep, when nothing is due. A timer takes no infinite time. */
const MAX_SLEEP_MS = 10_000;

const TO_EUREK8S = 'legacy.urls lead to an Eurek8s, which takes no entries of another: name the legacy itself';

/**
 * Keeps the synthetic entries registered in the legacy, for callers that cannot be re-pointed. It follows the
 * snapshots, so what is held or stale stays there as it stays here. It cancels nothing when it stops.
 */
export class Publisher implements Publishing {
  readonly #parts: PublisherParts;
  readonly #lines: PublishLog;
  readonly #running = new Set<Promise<void>>();
  #state: 'waiting' | 'on' | 'stopped' = 'waiting';
  /** The legacy was out of reach at last: one request at a time asks whether it is back. */
  #isProbing = false;
  #cancelTimer: () => void = () => undefined;

  constructor(parts: PublisherParts) {
    this.#parts = parts;
    this.#lines = new PublishLog(parts.clock, parts.log, () => parts.ledger.summary().failing);
  }

  /** `isConfirmed`: whether every source has confirmed what was restored of it. */
  start(isConfirmed: () => boolean): void {
    const { clock } = this.#parts;
    const until = clock.now() + MAX_START_WAIT_MS;
    const look = (): void => {
      if (this.#state !== 'waiting') return;
      if (!isConfirmed() && clock.now() < until) {
        this.#cancelTimer = clock.after(LOOK_MS, look);
        return;
      }
      this.#state = 'on';
      this.#pump();
    };
    look();
  }

  /** Takes the applications of a snapshot update. */
  note(merged: readonly (readonly [MergedApplication | undefined, MergedApplication | undefined])[]): void {
    const now = this.#parts.clock.now();
    for (const [before, after] of merged) {
      const name = after?.name ?? before?.name;
      if (name !== undefined) this.#parts.ledger.want(name, after?.served.filter(isPublished) ?? [], now);
    }
    this.#pump();
  }

  /** The legacy answers again: it may have been restarted, and be empty. */
  resume(): void {
    this.#parts.ledger.resume(this.#parts.clock.now());
    this.#pump();
  }

  /** Resolves when the requests under way have ended. What is registered stays. */
  async stop(): Promise<void> {
    this.#state = 'stopped';
    this.#cancelTimer();
    await Promise.all(this.#running);
    this.#lines.stop();
  }

  state(app: AppName, id: InstanceId): PublishedState | undefined {
    return this.#parts.ledger.state(app, id);
  }

  report(): PublishingReport {
    return { ...this.#parts.ledger.summary(), blocked: this.#blocked() };
  }

  observe(metrics: Pick<Metrics, 'gauge'>): void {
    const { wanted, published, failing, withdrawing } = this.#parts.ledger.summary();
    metrics.gauge('legacy_published_entries', published);
    metrics.gauge('legacy_unpublished_entries', wanted - published + withdrawing);
    metrics.gauge('legacy_publish_failing_entries', failing);
  }

  #blocked(): string | undefined {
    return this.#parts.upstream().length > 0 ? TO_EUREK8S : undefined;
  }

  #pump(): void {
    if (this.#state !== 'on') return;
    const { ledger, exchange, clock } = this.#parts;
    this.#cancelTimer();
    const now = clock.now();
    const limit = this.#isProbing ? 1 : MAX_REQUESTS;
    const rest = exchange.readyAt - now;
    const isOpen = this.#blocked() === undefined && rest <= 0;
    while (isOpen && this.#running.size < limit) {
      const request = ledger.take(now);
      if (request === undefined) break;
      const running = this.#send(request).finally(() => {
        this.#running.delete(running);
        this.#pump();
      });
      this.#running.add(running);
    }
    if (this.#running.size >= limit) return;
    const wait = isOpen ? ledger.nextAt - now : Math.max(rest, LOOK_MS);
    this.#cancelTimer = clock.after(Math.min(Math.max(wait, 0), MAX_SLEEP_MS), () => this.#pump());
  }

  /** Never rejects. */
  async #send(request: PublishRequest): Promise<void> {
    const { ledger, exchange, clock, log } = this.#parts;
    try {
      const answer = await exchange.send(request);
      const now = clock.now();
      if (answer.kind !== 'failed') this.#isProbing = false;
      else if (exchange.readyAt > now) this.#isProbing = true;
      const event = ledger.answered(request, answer, now);
      if (event !== undefined) this.#lines.note(event, request, answer);
    } catch (cause) {
      log.error({ err: cause, app: request.app, id: request.id }, 'an entry could not be published');
      ledger.answered(request, { kind: 'failed', reason: errorText(cause) }, clock.now());
    }
  }
}

function isPublished({ id }: InstanceRecord): boolean {
  return isSyntheticId(id);
}
