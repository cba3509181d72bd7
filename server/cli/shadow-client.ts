import { COMMAND_AGENTS } from '../../shared/census/own-agent.ts';
import type { DecodedApplication, DocumentFacts } from '../../shared/codec/document.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { Side, Answer } from '../../shared/shadow/side.ts';
import { noRegistryReason } from '../../shared/text/no-registry.ts';
import type { Clock } from '../ports/clock.ts';
import type { TlsMaterial } from '../ports/tls.ts';
import { decodeRegistry } from '../sources/legacy/wire/answer-decoding.ts';
import { LegacyEndpoint } from '../sources/legacy/wire/endpoint.ts';
import { stopwatch } from '../system/steady-clock.ts';
import { systemTimeSlices } from '../system/time-slices.ts';
import { AUTHORITIES } from './access.ts';

/** Milliseconds; a Java client gives a server 8 s. */
const HEAD_TIMEOUT = 8_000;
const BODY_TIMEOUT = 30_000;
const MAX_COMPRESSED_BYTES = 64 * 1024 * 1024;
const MAX_DOCUMENT_BYTES = 256 * 1024 * 1024;

export interface ShadowClientOptions {
  /** With user-info as clients have it. */
  readonly url: string;
  /** One that nobody sets. */
  readonly clock: Clock;
  readonly tls: TlsMaterial;
}

/** Asks one server as a Eureka client would: everything at first, deltas from then on, everything again when one does not add up. */
export class ShadowClient {
  readonly #side: Side;
  readonly #clock: Clock;
  readonly #endpoint: LegacyEndpoint;
  readonly #closed = new AbortController();
  readonly #newTimeSlice = systemTimeSlices();

  constructor(side: Side, { url, clock, tls }: ShadowClientOptions) {
    this.#side = side;
    this.#clock = clock;
    this.#endpoint = new LegacyEndpoint(url, clock, {
      headTimeout: HEAD_TIMEOUT,
      writeConnections: 1,
      maxCompressedBytes: MAX_COMPRESSED_BYTES,
      maxDocumentBytes: MAX_DOCUMENT_BYTES,
      userAgent: COMMAND_AGENTS.shadow,
      authorities: AUTHORITIES,
      tls: () => tls,
    });
  }

  /** Brings the side up to date. Resolves with why it could not. */
  async poll(): Promise<string | undefined> {
    const problem = await this.#poll();
    if (problem === undefined) this.#side.answered();
    else this.#side.failed(problem);
    return problem;
  }

  async close(): Promise<void> {
    this.#closed.abort(new Error('the run is over'));
    await this.#endpoint.close();
  }

  async #poll(): Promise<string | undefined> {
    if (!this.#side.hasRegistry) return this.#full();
    const delta = await this.#ask('apps/delta');
    // Servers may have their deltas switched off.
    if (!delta.ok) return delta.error.isRefusal ? this.#full() : delta.error.reason;
    if (this.#side.delta(delta.value, this.#clock.now()) === 'disagrees') return this.#full();
    if (!this.#side.isCheckDue) return undefined;
    const whole = await this.#ask('apps/');
    if (!whole.ok) return whole.error.reason;
    this.#side.check(whole.value, this.#clock.now());
    return undefined;
  }

  async #full(): Promise<string | undefined> {
    const full = await this.#ask('apps/');
    if (!full.ok) return full.error.reason;
    this.#side.full(full.value, this.#clock.now());
    return undefined;
  }

  async #ask(path: string): Promise<Result<Answer, { readonly reason: string; readonly isRefusal: boolean }>> {
    const elapsed = stopwatch();
    const timeouts = { head: HEAD_TIMEOUT, body: BODY_TIMEOUT };
    const page = await this.#endpoint.fetch(path, 'application/json', 'polls', timeouts);
    const ms = elapsed();
    if (!page.ok) return err({ reason: page.error, isRefusal: false });
    const { status, body, by } = page.value;
    if (status !== 200)
      return err({ reason: `${by}: ${noRegistryReason(status)}`, isRefusal: status === 403 || status === 404 });
    let applications: DecodedApplication[] = [];
    const intake = {
      add: (application: DecodedApplication) => void applications.push(application),
      restart: () => void (applications = []),
    };
    const decoded: Result<DocumentFacts, { readonly reason: string }> = await decodeRegistry(body, intake, {
      limit: MAX_DOCUMENT_BYTES,
      now: this.#clock.now(),
      slice: this.#newTimeSlice(),
      signal: this.#closed.signal,
    });
    if (!decoded.ok) return err({ reason: `${by}: ${decoded.error.reason}`, isRefusal: false });
    const bytes = body.chunks.reduce((sum, { byteLength }) => sum + byteLength, 0);
    return ok({ applications, facts: decoded.value, ms, bytes });
  }
}
