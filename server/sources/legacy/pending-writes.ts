import type { InstanceRecord } from '../../../shared/model/instance.ts';
import type { AppName, InstanceId } from '../../../shared/model/names.ts';
import { sameContent } from '../../../shared/model/same-content.ts';

/** What a write made of one instance: a record, or (`undefined`) nothing. */
export interface PendingWrite {
  readonly app: AppName;
  readonly id: InstanceId;
  readonly record: InstanceRecord | undefined;
  /** Polls asked for before this point of time know nothing of the write. Counts events, not milliseconds. */
  readonly point: number;
  /** Epoch milliseconds. */
  readonly writtenAt: number;
  /** Epoch milliseconds from which a poll that disagrees is checked by asking for the instance. */
  readonly recheckAt: number;
  readonly rechecks: number;
  /** `lastUpdatedTimestamp` that a poll must exceed to know better than we, when it is the legacy's own. */
  readonly version: number | undefined;
}

/** What the legacy says when asked for the one instance: its record, that there is none, or no usable answer. */
export type Recheck = InstanceRecord | 'none' | 'no-answer';

export interface PendingWriteSettings {
  readonly pendingRecheckAfter: number;
  readonly pendingLimit: number;
}

/**
 * Effects of writes that polls do not show yet: a stock server's lists lag up to 30 s behind its writes, its
 * single-instance answers do not. An entry goes when a poll agrees, when the legacy contradicts it on being asked, or
 * at its age limit.
 */
export class PendingWrites {
  readonly #settings: PendingWriteSettings;
  readonly #entries = new Map<AppName, Map<InstanceId, PendingWrite>>();
  #size = 0;
  #points = 0;

  constructor(settings: PendingWriteSettings) {
    this.#settings = settings;
  }

  get size(): number {
    return this.#size;
  }

  /** Marks the present for `settle`: to be called before a poll is sent. */
  point(): number {
    return ++this.#points;
  }

  of(app: AppName): ReadonlyMap<InstanceId, PendingWrite> | undefined {
    return this.#entries.get(app);
  }

  get(app: AppName, id: InstanceId): PendingWrite | undefined {
    return this.#entries.get(app)?.get(id);
  }

  /** `version`: see `PendingWrite`; of a record that is not the legacy's own answer there is none. */
  put(
    app: AppName,
    id: InstanceId,
    record: InstanceRecord | undefined,
    version: number | undefined,
    now: number,
  ): void {
    const recheckAt = now + this.#settings.pendingRecheckAfter;
    this.#set({ app, id, record, point: ++this.#points, writtenAt: now, recheckAt, rechecks: 0, version });
  }

  /**
   * Compares with a view polled at `point` and returns the applications whose entries went. A poll agrees with a
   * register when it has the same content or a newer version, with a cancel when it does not have the instance.
   */
  settle(
    polled: (app: AppName, id: InstanceId) => InstanceRecord | undefined,
    point: number,
    now: number,
  ): Set<AppName> {
    const apps = new Set<AppName>();
    for (const entry of this.all()) {
      if (entry.point > point) continue;
      const seen = polled(entry.app, entry.id);
      if (agrees(entry, seen) || now - entry.writtenAt >= this.#settings.pendingLimit) apps.add(this.#drop(entry));
      else if (entry.record === undefined && seen !== undefined && newer(entry, seen) && entry.rechecks === 0)
        // Cancelled through us, but registered anew since, or already before and the polls were behind.
        this.#set({ ...entry, recheckAt: Math.min(entry.recheckAt, now) });
    }
    return apps;
  }

  /** Entries that polls have contradicted for too long. */
  due(now: number, limit: number): readonly PendingWrite[] {
    if (this.#size === 0) return [];
    const due: PendingWrite[] = [];
    for (const entry of this.all()) if (entry.recheckAt <= now && due.push(entry) >= limit) break;
    return due;
  }

  /** Takes in what the legacy said about a due entry; returns the application if its contribution may have changed. */
  rechecked(entry: PendingWrite, answer: Recheck, now: number): AppName | undefined {
    if (this.get(entry.app, entry.id) !== entry) return undefined; // written again meanwhile
    const contradicted = entry.record !== undefined && answer === 'none';
    if (contradicted) return this.#drop(entry);
    const rechecks = entry.rechecks + 1;
    const recheckAt = now + this.#settings.pendingRecheckAfter * 2 ** Math.min(rechecks, 10);
    const found =
      typeof answer === 'string' ? entry : { ...entry, record: answer, version: answer.lastUpdatedTimestamp };
    this.#set({ ...found, rechecks, recheckAt });
    return entry.app;
  }

  #set(entry: PendingWrite): void {
    const ofApp = this.#entries.get(entry.app) ?? new Map<InstanceId, PendingWrite>();
    if (!ofApp.has(entry.id)) this.#size++;
    ofApp.set(entry.id, entry);
    this.#entries.set(entry.app, ofApp);
  }

  #drop(entry: PendingWrite): AppName {
    const ofApp = this.#entries.get(entry.app);
    if (ofApp?.delete(entry.id) === true) this.#size--;
    if (ofApp?.size === 0) this.#entries.delete(entry.app);
    return entry.app;
  }

  all(): readonly PendingWrite[] {
    return [...this.#entries.values()].flatMap((ofApp) => [...ofApp.values()]);
  }
}

function agrees(entry: PendingWrite, seen: InstanceRecord | undefined): boolean {
  if (entry.record === undefined || seen === undefined) return entry.record === seen;
  // What we expected ourselves cannot have the server's time stamps.
  const { lastUpdatedTimestamp, leaseInfo } = seen;
  const expected = entry.version === undefined ? { ...entry.record, lastUpdatedTimestamp, leaseInfo } : entry.record;
  return sameContent(expected, seen) || newer(entry, seen);
}

function newer(entry: PendingWrite, seen: InstanceRecord): boolean {
  return entry.version !== undefined && seen.lastUpdatedTimestamp > entry.version;
}
