import type { Clock } from '../../../ports/clock.ts';
import type { Metrics } from '../../../ports/metrics.ts';
import { instanceBytes, MAX_INSTANCE_BYTES, withMetadata } from '../../../../shared/model/instance-size.ts';
import type { InstanceRecord } from '../../../../shared/model/instance.ts';
import type { AppName, InstanceId } from '../../../../shared/model/names.ts';
import { TOO_LARGE, type ForwardingTarget, type Write, type WriteOutcome } from '../../../ports/writes.ts';
import type { LegacyView } from '../view/legacy-view.ts';
import type { Taker } from '../view/pending-writes.ts';
import type { Forwarded, Forwarder } from './forwarder.ts';
import type { Spread } from './spread.ts';
import type { WriteEffects } from './write-effects.ts';
import type { WriteQueue } from './write-queue.ts';

export interface WriteThroughParts {
  readonly forwarder: Forwarder;
  readonly spread: Spread;
  readonly queue: WriteQueue;
  readonly effects: WriteEffects;
  readonly view: Pick<LegacyView, 'instance' | 'isUnknown'>;
  readonly clock: Clock;
  readonly metrics: Metrics;
  /** Milliseconds until a client gets the verdict, including the time in the queue. */
  readonly timeout: number;
}

/** Writes to the legacy registry. The effect of a write is in our own answers before the client has its verdict. */
export class WriteThrough implements ForwardingTarget {
  readonly #parts: WriteThroughParts;

  constructor(parts: WriteThroughParts) {
    this.#parts = parts;
  }

  known(app: AppName, id: InstanceId): InstanceRecord | undefined {
    return this.#parts.view.instance(app, id);
  }

  async apply(write: Write): Promise<WriteOutcome> {
    const { queue, clock, metrics, timeout } = this.#parts;
    const deadline = clock.now() + timeout;
    const queued = await queue.run(`${write.app}/${write.id}`, () => this.#apply(write, deadline));
    const outcome: WriteOutcome = queued.kind === 'ran' ? queued.value : { status: 503, reason: queued.reason };
    metrics.count('legacy_writes', { kind: write.kind, status: String(outcome.status) });
    return outcome;
  }

  async #apply(write: Write, deadline: number): Promise<WriteOutcome> {
    if (this.#isTooLarge(write)) return TOO_LARGE;
    const forwarded = await this.#parts.spread.forward(write, deadline);
    switch (forwarded.kind) {
      case 'unreachable':
        return { status: 503, reason: forwarded.reason };
      case 'rejected':
        if (write.kind === 'cancel' && forwarded.status === 404) this.#endUnknown(write);
        return { status: forwarded.status, reason: forwarded.reason };
      case 'accepted':
        await this.#publishEffect(write, forwarded);
        return { status: write.kind === 'register' ? 204 : 200, reason: undefined };
    }
  }

  /**
   * The legacy has lost the instance already, and we still serve it: it is held, or no list has shown the loss yet. That
   * it is cancelled is evidence of its removal.
   */
  #endUnknown({ app, id }: Write): void {
    if (this.known(app, id) !== undefined) this.#parts.effects.cancelled(app, id);
  }

  /** The legacy would take it: this is our own bound, for what it has and we show. */
  #isTooLarge(write: Write): boolean {
    if (write.kind !== 'metadata') return false;
    const known = this.known(write.app, write.id);
    return known !== undefined && instanceBytes(withMetadata(known, write.entries)) > MAX_INSTANCE_BYTES;
  }

  /** Reads the instance back from the server that took the write: its peers learn the outcome later. */
  async #publishEffect(write: Write, { by, place }: Extract<Forwarded, { kind: 'accepted' }>): Promise<void> {
    const { effects } = this.#parts;
    const { app, id } = write;
    const taker = { server: by, place };
    switch (write.kind) {
      case 'renew':
        return this.#publishRenewal(write, taker);
      case 'cancel':
        effects.cancelled(app, id, taker);
        return;
      case 'register':
      case 'set-status':
      case 'remove-status':
      case 'metadata': {
        const answer = place === undefined ? 'no-answer' : await by.instance(app, id, place);
        if (typeof answer === 'string') effects.expected(write, taker);
        else effects.stored(app, answer, taker);
      }
    }
  }

  /**
   * A client whose heartbeat is taken does not register again. When another server than the polled one took it, and no
   * list has the instance, it is read from there, as after a registration.
   */
  async #publishRenewal({ app, id }: Write, taker: Taker): Promise<void> {
    const { effects, forwarder, view } = this.#parts;
    const { server, place } = taker;
    effects.renewed(app, id, server);
    if (place === undefined || !view.isUnknown(app, id) || !forwarder.isBesidePolled(server)) return;
    const answer = await server.instance(app, id, place);
    // A peer may have said more of it meanwhile.
    if (typeof answer !== 'string' && view.isUnknown(app, id)) effects.stored(app, answer, taker);
  }
}
