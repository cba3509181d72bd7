import type { ApplicationIntake } from '../../../../shared/codec/document.ts';
import { isLoop } from '../../../../shared/model/hops.ts';
import type { InstanceRecord } from '../../../../shared/model/instance.ts';
import type { AppName, InstanceId } from '../../../../shared/model/names.ts';
import type { Result } from '../../../../shared/result.ts';
import { noRegistryReason } from '../../../../shared/text/no-registry.ts';
import type { TimeSlice } from '../../../../shared/time-slice.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { RawWrite } from '../../../ports/writes.ts';
import { decodeInstance, decodeRegistry } from './answer-decoding.ts';
import { LegacyEndpoint, type EndpointSettings, type PackedPage, type SentWrite, type Timeouts } from './endpoint.ts';
import { OwnCount, type ListFacts } from './own-count.ts';
import type { PoolName } from './pools.ts';
import type { Place } from './redirect.ts';
import { instancePath } from './resource-path.ts';

export interface LegacyServerSettings extends EndpointSettings {
  /** From the request until the end of a registry answer. */
  readonly bodyTimeout: number;
  /** For reading one instance, after a write and when a poll disagrees. */
  readonly readBackTimeout: number;
}

/** A server's answer. What was added to the intake is valid only with `document`. */
export type Fetched =
  | { readonly kind: 'document'; readonly facts: ListFacts }
  /** 403 or 404: no delta here, or no registry yet. */
  | { readonly kind: 'refused'; readonly status: number }
  | { readonly kind: 'failed'; readonly reason: string };

/** A server's answer for one instance: its record, that there is none, or nothing usable. */
export type InstanceAnswer = InstanceRecord | 'none' | 'no-answer';

/** The same, with what is wrong. `isReached`: something answered. */
export type LookAnswer =
  | { readonly kind: 'record'; readonly record: InstanceRecord }
  | { readonly kind: 'none' }
  | { readonly kind: 'no-answer'; readonly reason: string; readonly isReached: boolean };

export type Dialect = 'json' | 'xml';

/** What is wrong with a loop, for people. */
const LOOP = 'this leads back to this Eurek8s (was the DNS name turned?): legacy.urls must name the legacy itself';

const ACCEPT: Readonly<Record<Dialect, string>> = { json: 'application/json', xml: 'application/xml' };

/** One legacy server, with answers in the terms of the registry. Remembers whether it answers in JSON. */
export class LegacyServer {
  readonly #endpoint: LegacyEndpoint;
  readonly #clock: Clock;
  readonly #settings: LegacyServerSettings;
  readonly #closed = new AbortController();
  readonly #self: string;
  #dialect: Dialect = 'json';
  #hops: readonly string[] = [];
  #loop: string | undefined;

  /** `self`: the random id of this process, see `hops.ts`. */
  constructor(url: string, clock: Clock, settings: LegacyServerSettings, self = '') {
    this.#endpoint = new LegacyEndpoint(url, clock, settings, self === '' ? undefined : self);
    this.#self = self;
    this.#clock = clock;
    this.#settings = settings;
  }

  /** The URL without user-info, for people. */
  get url(): string {
    return this.#endpoint.url;
  }

  get dialect(): Dialect {
    return this.#dialect;
  }

  /** The Eurek8s servers that its last list passed through; empty for a stock server. */
  get hops(): readonly string[] {
    return this.#hops;
  }

  /** Why its answers are not used: what it lists is what we serve ourselves. `undefined` when they are used. */
  get loop(): string | undefined {
    return this.#loop;
  }

  async full(intake: ApplicationIntake, slice: TimeSlice): Promise<Fetched> {
    return this.#registry('apps/', intake, slice);
  }

  async delta(intake: ApplicationIntake, slice: TimeSlice): Promise<Fetched> {
    return this.#registry('apps/delta', intake, slice);
  }

  /**
   * Fetches one instance. Stock servers do not cache this resource, so it shows a write at once and with all rules
   * applied. `place`: where the write went.
   */
  async instance(app: AppName, id: InstanceId, place?: Place): Promise<InstanceAnswer> {
    const found = await this.look(app, id, this.#settings.readBackTimeout, place);
    return found.kind === 'record' ? found.record : found.kind;
  }

  /** `timeout` in milliseconds. */
  async look(app: AppName, id: InstanceId, timeout: number, place?: Place): Promise<LookAnswer> {
    const page = await this.#page(instancePath(app, id), 'writes', { head: timeout, body: timeout }, place);
    if (!page.ok) return { kind: 'no-answer', reason: page.error, isReached: false };
    const { status, signed, body, by } = page.value;
    if (status === 404 && signed) return { kind: 'none' };
    const noAnswer = (reason: string): LookAnswer => ({
      kind: 'no-answer',
      reason: `${by}: ${reason}`,
      isReached: true,
    });
    if (status !== 200) return noAnswer(noRegistryReason(status));
    const limit = this.#settings.maxDocumentBytes;
    const record = await decodeInstance(body, { limit, now: this.#clock.now() });
    return record?.id === id ? { kind: 'record', record } : noAnswer(`answered with something else than ${id}`);
  }

  async send(write: RawWrite, timeout: number): Promise<Result<SentWrite, string>> {
    return this.#endpoint.send(write, timeout);
  }

  /** Ends all exchanges and the decoding of their answers. */
  async close(): Promise<void> {
    this.#closed.abort(new Error('the source was stopped'));
    await this.#endpoint.close();
  }

  async #registry(path: string, intake: ApplicationIntake, slice: TimeSlice): Promise<Fetched> {
    const { headTimeout: head, bodyTimeout: body, maxDocumentBytes: limit } = this.#settings;
    const page = await this.#page(path, 'polls', { head, body });
    if (!page.ok) return { kind: 'failed', reason: page.error };
    const { status, signed, by, hops } = page.value;
    this.#hops = hops;
    this.#loop = isLoop(this.#self, hops) ? `${by}: ${LOOP}` : undefined;
    if (this.#loop !== undefined) return { kind: 'failed', reason: this.#loop };
    if (status === 403 || (status === 404 && signed)) return { kind: 'refused', status };
    if (status !== 200) return { kind: 'failed', reason: `${by}: ${noRegistryReason(status)} (${path})` };
    const decoding = { limit, now: this.#clock.now(), slice, signal: this.#closed.signal };
    const counting = new OwnCount(intake);
    const decoded = await decodeRegistry(page.value.body, counting, decoding);
    if (decoded.ok) return { kind: 'document', facts: { ...decoded.value, own: counting.own } };
    return { kind: 'failed', reason: `${by}: ${path} is no registry: ${decoded.error.reason}` };
  }

  /** Requests the dialect that worked last. The other one is tried when the server does not support it. */
  async #page(
    path: string,
    poolName: PoolName,
    timeouts: Timeouts,
    place?: Place,
  ): Promise<Result<PackedPage, string>> {
    const first = await this.#endpoint.fetch(path, ACCEPT[this.#dialect], poolName, timeouts, place);
    if (!first.ok || (first.value.status !== 406 && first.value.status !== 415)) return first;
    const other = this.#dialect === 'json' ? 'xml' : 'json';
    const second = await this.#endpoint.fetch(path, ACCEPT[other], poolName, timeouts, place);
    if (second.ok && second.value.status === 200) this.#dialect = other;
    return second;
  }
}
