import type { DecodedApplications } from '../../../shared/codec/document.ts';
import { decodeApplicationsJson, decodeInstanceJson } from '../../../shared/codec/json-decode.ts';
import { decodeApplicationsXml, decodeInstanceXml } from '../../../shared/codec/xml-decode.ts';
import type { InstanceRecord } from '../../../shared/model/instance.ts';
import type { AppName, InstanceId } from '../../../shared/model/names.ts';
import type { Result } from '../../../shared/result.ts';
import type { Clock } from '../../hub/ports.ts';
import type { RawWrite } from '../../hub/writes.ts';
import { LegacyEndpoint, type Page, type Timeouts } from './endpoint.ts';
import type { Recheck } from './overlay.ts';
import type { LegacySettings } from './settings.ts';

export type Fetched =
  | { readonly kind: 'document'; readonly document: DecodedApplications }
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

  async full(): Promise<Fetched> {
    return this.#registry('apps/');
  }

  async delta(): Promise<Fetched> {
    return this.#registry('apps/delta');
  }

  /** Stock servers do not cache this resource, so it shows a write at once and with all rules applied. */
  async instance(app: AppName, id: InstanceId): Promise<Recheck> {
    const path = `apps/${encodeURIComponent(app)}/${encodeURIComponent(id)}`;
    const timeout = this.#settings.readBackTimeout;
    const page = await this.#page(path, 'writes', { head: timeout, body: timeout });
    if (!page.ok) return 'no-answer';
    if (page.value.status === 404) return 'none';
    if (page.value.status !== 200) return 'no-answer';
    const record = this.#decodeInstance(page.value.text);
    return record?.id === id ? record : 'no-answer';
  }

  async send(write: RawWrite, timeout: number): Promise<Result<number, string>> {
    return this.#endpoint.send(write, timeout);
  }

  async close(): Promise<void> {
    await this.#endpoint.close();
  }

  async #registry(path: string): Promise<Fetched> {
    const { headTimeout: head, bodyTimeout: body } = this.#settings;
    const page = await this.#page(path, 'polls', { head, body });
    if (!page.ok) return { kind: 'failed', reason: page.error };
    const { status, text } = page.value;
    if (status === 403 || status === 404) return { kind: 'refused', status };
    if (status !== 200) return { kind: 'failed', reason: `${this.url}: answered ${status} to ${path}` };
    const decoded = isXml(text)
      ? decodeApplicationsXml(text, this.#clock.now())
      : decodeApplicationsJson(text, this.#clock.now());
    if (decoded.ok) return { kind: 'document', document: decoded.value };
    return { kind: 'failed', reason: `${this.url}: ${path} is no registry: ${decoded.error.reason}` };
  }

  /** Asks in the dialect that worked last; the other one is tried when the server says that it does not speak this one. */
  async #page(path: string, lane: 'polls' | 'writes', timeouts: Timeouts): Promise<Result<Page, string>> {
    const first = await this.#endpoint.get(path, ACCEPT[this.#dialect], lane, timeouts);
    if (!first.ok || (first.value.status !== 406 && first.value.status !== 415)) return first;
    const other = this.#dialect === 'json' ? 'xml' : 'json';
    const second = await this.#endpoint.get(path, ACCEPT[other], lane, timeouts);
    if (second.ok && second.value.status === 200) this.#dialect = other;
    return second;
  }

  #decodeInstance(text: string): InstanceRecord | undefined {
    const now = this.#clock.now();
    const decoded = isXml(text) ? decodeInstanceXml(text, now) : decodeInstanceJson(text, now);
    return decoded.ok ? decoded.value : undefined;
  }
}

/** By what it is, not by what it is labelled: stock servers label JSON as XML for some Accept headers. */
function isXml(text: string): boolean {
  return text.trimStart().startsWith('<');
}
