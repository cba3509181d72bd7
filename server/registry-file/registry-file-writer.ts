import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { headerOf } from '../../shared/registry-file/envelope.ts';
import { sourceLine, writtenLine } from '../../shared/registry-file/lines.ts';
import type { SourceId } from '../../shared/model/names.ts';
import type { NewTimeSlice } from '../../shared/time-slice.ts';
import type { Clock } from '../ports/clock.ts';
import type { RegistryContents } from '../ports/registry-contents.ts';
import { Blocks } from './blocks.ts';
import { checksumOf } from './file-reading.ts';
import { identityOf, removeAbandoned, replaceFile, type FileIdentity } from './file-writing.ts';
import type { WriteHistory } from './write-history.ts';

/**
 * Milliseconds from a change to the write, because changes arrive in bursts. A change is in the file within twice this
 * time.
 */
const WRITE_DELAY_MS = 1_000;
/** The pause after a write, as a multiple of its duration: writing takes at most a fifth of the time. */
const REST_SHARE = 4;
/** Milliseconds between two writes without a change, which renew the times of the last successes in the file. */
const REFRESH_MS = 60_000;
/** Longest pause (milliseconds) between two writes, or between two attempts after a failure. */
const MAX_REST_MS = 60_000;

const compress = promisify(gzip);

export interface WriterParts {
  readonly path: string;
  /** A random id of this process. */
  readonly owner: string;
  readonly bases: ReadonlyMap<SourceId, readonly string[]>;
  readonly contents: () => RegistryContents | undefined;
  readonly history: WriteHistory;
  readonly clock: Clock;
  readonly newTimeSlice: NewTimeSlice;
  /** Default: writes to the file system. */
  readonly replace?: typeof replaceFile;
}

/**
 * Keeps the registry file up to date without delaying requests: changes wait for a moment, are encoded in time slices
 * and compressed in Node's threads, and a rename puts the file in place. Nothing is written before reads are answered,
 * because half a registry must not replace a complete one.
 */
export class RegistryFileWriter {
  readonly #parts: WriterParts;
  readonly #blocks: Blocks;
  #state: 'idle' | 'writing' | 'stopped' = 'idle';
  #changed = false;
  #writing: Promise<void> = Promise.resolve();
  #timer: { readonly dueAt: number; readonly cancel: () => void } | undefined;
  /** The file that we wrote last. */
  #own: FileIdentity | undefined;

  constructor(parts: WriterParts) {
    this.#parts = parts;
    this.#blocks = new Blocks(parts.newTimeSlice);
  }

  start(): void {
    this.#schedule(REFRESH_MS);
  }

  /** Must be called when the contents have changed. */
  noteChange(): void {
    this.#changed = true;
    // After a failure, the back-off determines the next attempt.
    if (this.#parts.history.failures === 0) this.#schedule(WRITE_DELAY_MS);
  }

  /** Writes the current contents a last time. */
  async stop(): Promise<void> {
    this.#timer?.cancel();
    const wasStopped = this.#state === 'stopped';
    this.#state = 'stopped';
    await this.#writing;
    if (!wasStopped) await this.#write();
  }

  #schedule(delayMs: number): void {
    const { clock } = this.#parts;
    const dueAt = clock.now() + delayMs;
    if (this.#state !== 'idle' || (this.#timer !== undefined && this.#timer.dueAt <= dueAt)) return;
    this.#timer?.cancel();
    const cancel = clock.after(delayMs, () => {
      this.#timer = undefined;
      this.#writing = this.#writeAndSchedule();
    });
    this.#timer = { dueAt, cancel };
  }

  async #writeAndSchedule(): Promise<void> {
    const { clock, history } = this.#parts;
    this.#state = 'writing';
    const startedAt = clock.now();
    await this.#write();
    if (this.#isStopped()) return;
    this.#state = 'idle';
    // The clock may have jumped meanwhile, so the result is limited on both sides.
    const rest = Math.min(Math.max(WRITE_DELAY_MS, REST_SHARE * (clock.now() - startedAt)), MAX_REST_MS);
    if (history.failures > 0) this.#schedule(Math.min(rest * 2 ** history.failures, MAX_REST_MS));
    else this.#schedule(this.#changed ? rest : REFRESH_MS);
  }

  #isStopped(): boolean {
    return this.#state === 'stopped';
  }

  /** Never rejects: without a file the server continues, and the history reports the failure. */
  async #write(): Promise<void> {
    const { contents, history, clock } = this.#parts;
    const now = clock.now();
    const found = contents();
    if (found === undefined) return;
    this.#changed = false;
    history.begin(now);
    try {
      history.written(await this.#replace(found, now), clock.now());
    } catch (error) {
      history.failed(error, clock.now());
    }
  }

  /** Returns the number of bytes. */
  async #replace(contents: RegistryContents, now: number): Promise<number> {
    const { path, owner, history, replace = replaceFile } = this.#parts;
    const blocks = await this.#blocks.update(contents);
    // After the applications, which take some turns: what went from them meanwhile is in the state of its source then.
    const body = [await compress(this.#head(contents, now)), ...blocks];
    const bytes = body.reduce((sum, { length }) => sum + length, 0);
    const header = Buffer.from(headerOf({ bytes, checksum: checksumOf(body, bytes) }));
    const there = await identityOf(path);
    if (this.#own === undefined) await removeAbandoned(path, now).catch(() => undefined);
    else if (there !== undefined && there !== this.#own) history.foreign(now);
    this.#own = await replace(path, [header, ...body], owner);
    return header.length + bytes;
  }

  #head({ sources, version }: RegistryContents, now: number): string {
    const lines = sources.flatMap(({ source }) => {
      const { asOf, state } = source.memory?.() ?? { asOf: undefined, state: undefined };
      const lastSuccessAt = asOf ?? source.health().lastSuccessAt;
      // Without this time, the age of the part would be unknown.
      if (lastSuccessAt === undefined) return [];
      return sourceLine({ source: source.id, lastSuccessAt, basis: this.#parts.bases.get(source.id) ?? [], state });
    });
    return writtenLine(now, version) + lines.join('');
  }
}
