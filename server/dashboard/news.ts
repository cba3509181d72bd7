import type { ServerResponse } from 'node:http';
import type { NewsEvent, RowNews } from '../../shared/dashboard/news.ts';
import { rowOf } from '../../shared/dashboard/row.ts';
import type { MergedApplication } from '../../shared/registry/application.ts';
import type { RegistryView } from '../ports/registry-view.ts';
import type { Clock } from '../ports/clock.ts';
import { eventText } from '../http/event-stream.ts';
import { Reader, RELOAD } from './reader.ts';

/** Browsers that follow at the same time. */
export const MAX_READERS = 100;
/** Milliseconds in which changes are gathered: an eye does not see them one by one. */
const GATHER_MS = 50;
/** Applications that are told row by row. Beyond, a browser loads the list anew, which is smaller. */
const MAX_ROWS = 500;
/** Milliseconds between two tellings of the overview, which show also that the connection is alive. */
const OVERVIEW_MS = 2_000;
/** Milliseconds after a change. */
const OVERVIEW_SOON_MS = 150;
/** Milliseconds that a browser may leave what it was told unread. */
const MAX_BEHIND_MS = 30_000;
/** Milliseconds after which a browser has to ask again, as its right to read is looked at only when it asks. */
const MAX_FOLLOWED_MS = 600_000;

export interface NewsPorts {
  readonly clock: Clock;
  readonly registry: RegistryView;
  /** The overview as it is now. */
  readonly overview: () => object;
}

interface Followed {
  readonly reader: Reader;
  readonly since: number;
  behindSince: number | undefined;
}

type Merged = readonly (readonly [before: MergedApplication | undefined, after: MergedApplication | undefined])[];

/** Tells browsers what changes. As long as nobody listens, a change costs nothing here. */
export class News {
  readonly #ports: NewsPorts;
  readonly #readers = new Set<Followed>();
  /** Gathered for the next telling, by name; `undefined`: gone. */
  readonly #changed = new Map<string, MergedApplication | undefined>();
  #tooMany = false;
  #isSoon = false;
  #stopped = false;
  #cancelTelling: (() => void) | undefined;
  #cancelOverview: (() => void) | undefined;

  constructor(ports: NewsPorts) {
    this.#ports = ports;
  }

  /** False: as many follow as may, or the server stops. */
  follow(response: ServerResponse): boolean {
    if (this.#stopped || this.#readers.size >= MAX_READERS) return false;
    const reader = new Reader(response, () => this.#readers.delete(followed));
    const followed: Followed = { reader, since: this.#ports.clock.now(), behindSince: undefined };
    this.#readers.add(followed);
    reader.tell(`retry: ${OVERVIEW_MS}\n${this.#overview()}`);
    this.#cancelOverview ??= this.#later(OVERVIEW_MS, () => this.#tellOverview());
    return true;
  }

  note(merged: Merged): void {
    if (this.#readers.size === 0) return;
    if (merged.length > MAX_ROWS) this.#tooMany = true;
    else for (const [before, after] of merged) this.#changed.set((after ?? before)?.name ?? '', after);
    this.#cancelTelling ??= this.#later(GATHER_MS, () => this.#tellRows());
    if (this.#isSoon) return;
    this.#isSoon = true;
    this.#cancelOverview?.();
    this.#cancelOverview = this.#later(OVERVIEW_SOON_MS, () => this.#tellOverview());
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelTelling?.();
    this.#cancelOverview?.();
    for (const { reader } of this.#readers) reader.end();
  }

  #tellRows(): void {
    this.#cancelTelling = undefined;
    const tooMany = this.#tooMany || this.#changed.size > MAX_ROWS;
    const event = tooMany ? RELOAD : told('rows', this.#rowNews());
    this.#changed.clear();
    this.#tooMany = false;
    for (const { reader } of this.#readers) reader.tell(event);
  }

  #rowNews(): RowNews {
    const rows = [...this.#changed].map(([name, after]) => ({ name, row: after && rowOf(after) }));
    return {
      version: this.#ports.registry.snapshot()?.version ?? 0,
      rows: rows.flatMap(({ row }) => row ?? []),
      gone: rows.flatMap(({ name, row }) => (row === undefined ? name : [])),
    };
  }

  #tellOverview(): void {
    this.#cancelOverview = undefined;
    this.#isSoon = false;
    const now = this.#ports.clock.now();
    for (const followed of this.#readers) {
      const { reader, since } = followed;
      followed.behindSince = reader.isBehind ? (followed.behindSince ?? now) : undefined;
      if (followed.behindSince !== undefined && now - followed.behindSince > MAX_BEHIND_MS) reader.cut();
      else if (now - since > MAX_FOLLOWED_MS) reader.end();
    }
    if (this.#readers.size === 0) return;
    const event = this.#overview();
    for (const { reader } of this.#readers) reader.tell(event);
    this.#cancelOverview = this.#later(OVERVIEW_MS, () => this.#tellOverview());
  }

  #overview(): string {
    return told('overview', this.#ports.overview());
  }

  #later(delayMs: number, callback: () => void): () => void {
    return this.#ports.clock.after(delayMs, callback);
  }
}

function told(event: NewsEvent, data: object): string {
  return eventText(event, data);
}
