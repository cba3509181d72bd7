import type { DecodeError } from '../../../shared/codec/decode-error.ts';
import type { ApplicationIntake, DocumentFacts } from '../../../shared/codec/document.ts';
import { decodeInstanceJson } from '../../../shared/codec/json-decode.ts';
import { decodeInstanceXml } from '../../../shared/codec/xml-decode.ts';
import type { InstanceRecord } from '../../../shared/model/instance.ts';
import type { AppName, InstanceId } from '../../../shared/model/names.ts';
import type { TimeSlice } from '../../../shared/time-slice.ts';
import { err, type Result } from '../../../shared/result.ts';
import type { Clock } from '../../ports/clock.ts';
import type { RawWrite } from '../../ports/writes.ts';
import { BodyError, textParts, wholeText, type PackedBody } from './body.ts';
import { LegacyEndpoint, type PackedPage, type Timeouts } from './endpoint.ts';
import type { Recheck } from './pending-writes.ts';
import { decodeRegistry, isXml } from './registry-body.ts';
import type { LegacySettings } from './settings.ts';

/** Only of a document does what went into the intake count. */
export type Fetched =
  | { readonly kind: 'document'; readonly facts: DocumentFacts }
  /** 403 or 404: no delta here, or no registry yet. */
  | { readonly kind: 'refused'; readonly status: number }
  | { readonly kind: 'failed'; readonly reason: string };

export type Dialect = 'json' | 'xml';

const ACCEPT: Readonly<Record<Dialect, string>> = { json: 'application/json', xml: 'application/xml' };

/** One legacy server, answering in the terms of the registry. Remembers whether it speaks JSON. */
export class LegacyServer {
  readonly #endpoint: LegacyEndpoint;
  readonly #clock: Clock;
  readonly #settings: LegacySettings;
  readonly #closed = new AbortController();
  #dialect: Dialect = 'json';

  constructor(url: string, clock: Clock, settings: LegacySettings) {
    this.#endpoint = new LegacyEndpoint(url, clock, settings);
    this.#clock = clock;
    this.#settings = settings;
  }

  /** Without user-info, for people. */
  get url(): string {
    return this.#endpoint.url;
  }

  get dialect(): Dialect {
    return this.#dialect;
  }

  async full(intake: ApplicationIntake, slice: TimeSlice): Promise<Fetched> {
    return this.#registry('apps/', intake, slice);
  }

  async delta(intake: ApplicationIntake, slice: TimeSlice): Promise<Fetched> {
    return this.#registry('apps/delta', intake, slice);
  }

  /** Stock servers do not cache this resource, so it shows a write at once and with all rules applied. */
  async instance(app: AppName, id: InstanceId): Promise<Recheck> {
    const path = `apps/${encodeURIComponent(app)}/${encodeURIComponent(id)}`;
    const timeout = this.#settings.readBackTimeout;
    const page = await this.#page(path, 'writes', { head: timeout, body: timeout });
    if (!page.ok) return 'no-answer';
    if (page.value.status === 404) return 'none';
    if (page.value.status !== 200) return 'no-answer';
    const record = await this.#decodeInstance(page.value.body);
    return record?.id === id ? record : 'no-answer';
  }

  async send(write: RawWrite, timeout: number): Promise<Result<number, string>> {
    return this.#endpoint.send(write, timeout);
  }

  async close(): Promise<void> {
    this.#closed.abort(new Error('the source was stopped'));
    await this.#endpoint.close();
  }

  async #registry(path: string, intake: ApplicationIntake, slice: TimeSlice): Promise<Fetched> {
    const { headTimeout: head, bodyTimeout: body } = this.#settings;
    const page = await this.#page(path, 'polls', { head, body });
    if (!page.ok) return { kind: 'failed', reason: page.error };
    const { status } = page.value;
    if (status === 403 || status === 404) return { kind: 'refused', status };
    if (status !== 200) return { kind: 'failed', reason: `${this.url}: answered ${status} to ${path}` };
    const decoded = await this.#decodeRegistry(page.value.body, intake, slice);
    if (decoded.ok) return { kind: 'document', facts: decoded.value };
    return { kind: 'failed', reason: `${this.url}: ${path} is no registry: ${decoded.error.reason}` };
  }

  async #decodeRegistry(
    body: PackedBody,
    intake: ApplicationIntake,
    slice: TimeSlice,
  ): Promise<Result<DocumentFacts, DecodeError>> {
    const parts = textParts(body, this.#settings.maxDocumentBytes, this.#closed.signal);
    try {
      return await decodeRegistry(parts, this.#clock.now(), intake, slice);
    } catch (error) {
      if (error instanceof BodyError) return err({ reason: error.message });
      throw error;
    }
  }

  /** Asks in the dialect that worked last; the other one is tried when the server says that it does not speak this one. */
  async #page(path: string, poolName: 'polls' | 'writes', timeouts: Timeouts): Promise<Result<PackedPage, string>> {
    const first = await this.#endpoint.fetch(path, ACCEPT[this.#dialect], poolName, timeouts);
    if (!first.ok || (first.value.status !== 406 && first.value.status !== 415)) return first;
    const other = this.#dialect === 'json' ? 'xml' : 'json';
    const second = await this.#endpoint.fetch(path, ACCEPT[other], poolName, timeouts);
    if (second.ok && second.value.status === 200) this.#dialect = other;
    return second;
  }

  async #decodeInstance(body: PackedBody): Promise<InstanceRecord | undefined> {
    try {
      const text = await wholeText(body, this.#settings.maxDocumentBytes);
      const now = this.#clock.now();
      const decoded = isXml(text) ? decodeInstanceXml(text, now) : decodeInstanceJson(text, now);
      return decoded.ok ? decoded.value : undefined;
    } catch (error) {
      if (error instanceof BodyError) return undefined;
      throw error;
    }
  }
}
