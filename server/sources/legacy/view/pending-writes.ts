import type { InstanceRecord } from '../../../../shared/model/instance.ts';
import type { AppName, InstanceId } from '../../../../shared/model/names.ts';
import type { InstanceAnswer, LegacyServer } from '../wire/legacy-server.ts';
import type { Place } from '../wire/redirect.ts';
import { MAX_CANCEL_AGE, ShownCancels, type Seen } from './shown-cancels.ts';
import { agrees, isAnew, isSameWrite, lacked, mayBeAnew, withGone, type Gone } from './write-evidence.ts';

/** The effect of a write on one instance that polls do not show yet. */
export interface PendingWrite {
  readonly app: AppName;
  readonly id: InstanceId;
  /** The instance after the write; `undefined` after a cancel. */
  readonly record: InstanceRecord | undefined;
  /** A round with a lower sequence began before the write and may not show it. */
  readonly sequence: number;
  /** Epoch milliseconds when it was written, or when the server that took it last had the instance. */
  readonly confirmedAt: number;
  /** Epoch milliseconds from which the legacy is asked for the instance, if polls still disagree. */
  readonly recheckAt: number;
  readonly rechecks: number;
  /** Epoch milliseconds since when the server whose lists are polled has not answered when it was asked. */
  readonly silentSince: number | undefined;
  /**
   * The legacy's own `lastUpdatedTimestamp`; a poll is newer when its time stamp is greater. `undefined` when the
   * record is not the legacy's own answer.
   */
  readonly version: number | undefined;
  /** After a cancel: `lastDirtyTimestamp` of what was cancelled, where that is known. */
  readonly dirtyAt: number | undefined;
  /** `lastUpdatedTimestamp` that lists had when it was written. */
  readonly listedAt: number | undefined;
  /** After a cancel: what the server says of it whose deltas were the last to show it. */
  readonly gone: Gone | undefined;
  /** After a cancel: servers whose lists have lacked it since. */
  readonly lackedBy: readonly LegacyServer[];
  /** `undefined` when nobody knows who took the write. */
  readonly taker: Taker | undefined;
  /** Somebody told of it and not who has it: any server may, and `taker` is the one that had it before. */
  readonly isHearsay: boolean;
}

/** The server that took a write: others may not know of it yet. */
export interface Taker {
  readonly server: LegacyServer;
  /** Where redirects led the write; `undefined` when that is not known. */
  readonly place: Place | undefined;
}

/** What was known of an instance before a write. */
export type Before = Partial<Pick<PendingWrite, 'dirtyAt' | 'listedAt'>>;

/** What the legacy says of one instance when it is asked. */
export interface Verdict {
  readonly answer: InstanceAnswer;
  /** Who has it; `undefined` when that is known no better than before. */
  readonly taker: Taker | undefined;
  /** Whether the lists that are polled are those of whoever did not answer. */
  readonly isPolled: boolean;
}

export type RestoredWrite = Omit<
  PendingWrite,
  'sequence' | 'recheckAt' | 'rechecks' | 'silentSince' | 'gone' | 'lackedBy' | 'isHearsay'
>;

/** In milliseconds. */
export interface PendingWriteSettings {
  /** How long polls may contradict a write before the legacy is asked for that instance. */
  readonly pendingRecheckAfter: number;
  /**
   * After this time polls count again, whatever was written. With a known taker that is so after this time of its
   * silence, and only while its own lists are those that are polled.
   */
  readonly maxPendingAge: number;
}

/** Keeps the exponent small, so that the product is a finite number. */
const MAX_DOUBLINGS = 10;

/**
 * Effects of writes that polls do not show yet. A stock server's lists lag up to 30 s behind its writes; its answers
 * for a single instance do not. An entry ends when a poll agrees, when the legacy's answer for the instance contradicts
 * it, or at its maximum age. A server may be cut off from the one that is polled: what it took stays for as long as it
 * has it, and for as long as it does not answer, because that says nothing of the instance.
 */
export class PendingWrites {
  readonly #settings: PendingWriteSettings;
  readonly #entries = new Map<AppName, Map<InstanceId, PendingWrite>>();
  readonly #shown = new ShownCancels<PendingWrite>();
  /** Epoch milliseconds: the time without a process is no age, because nobody was asked. */
  #restoredAt = -Infinity;
  #size = 0;
  #sequence = 0;

  constructor(settings: PendingWriteSettings) {
    this.#settings = settings;
  }

  get size(): number {
    return this.#size;
  }

  /** The place of an event among rounds and writes. A round takes its sequence before its request is sent. */
  nextSequence(): number {
    return ++this.#sequence;
  }

  all(): readonly PendingWrite[] {
    return [...this.#entries.values()].flatMap((ofApp) => [...ofApp.values()]);
  }

  /** The cancels that lists have shown, and which are remembered. */
  shown(): readonly PendingWrite[] {
    return this.#shown.all();
  }

  of(app: AppName): ReadonlyMap<InstanceId, PendingWrite> | undefined {
    return this.#entries.get(app);
  }

  get(app: AppName, id: InstanceId): PendingWrite | undefined {
    return this.#entries.get(app)?.get(id);
  }

  put(
    app: AppName,
    id: InstanceId,
    record: InstanceRecord | undefined,
    version: number | undefined,
    now: number,
    taker?: Taker,
    { dirtyAt, listedAt }: Before = {},
  ): void {
    const known = this.get(app, id);
    // A server replicates to us what it took through us. Of any other push nobody knows whose it is.
    const isEcho = record !== undefined && known?.record !== undefined && isSameWrite(record, known.record);
    const isHearsay = taker === undefined && (!isEcho || known.isHearsay);
    const write = { app, id, record, version, dirtyAt, listedAt, confirmedAt: now, taker: taker ?? known?.taker };
    this.#set(this.#new(write, isHearsay));
  }

  /**
   * A write of a process before this one: rounds begun from now on may know of it. `isShown`: a cancel that lists had
   * shown.
   */
  restore(write: RestoredWrite, now: number, isShown = false): void {
    this.#restoredAt = now;
    const entry = this.#new(write, write.taker === undefined);
    if (isShown) this.#shown.remember(entry);
    else this.#set(entry);
  }

  #new(write: RestoredWrite, isHearsay: boolean): PendingWrite {
    const recheckAt = write.confirmedAt + this.#settings.pendingRecheckAfter;
    const fresh = { rechecks: 0, silentSince: undefined, gone: undefined, lackedBy: [] };
    return { ...write, ...fresh, sequence: this.nextSequence(), recheckAt, isHearsay };
  }

  /** A delta of this server says when it was cancelled there, by its own clock. */
  heardCancel(app: AppName, id: InstanceId, by: LegacyServer, at: number): void {
    this.#shown.heard(app, id, by, at);
    const entry = this.get(app, id);
    if (entry !== undefined && entry.record === undefined) this.#set(withGone(entry, by, at));
  }

  /**
   * Compares the entries with the view of the round `sequence`, and returns those that ended, and the cancels that are
   * in force again. A view agrees with a register when it has the same content or a newer version. It agrees with a
   * cancel when it does not have the instance. Where it cannot tell, a register goes on, and a cancel ends at its maximum
   * age. `by`: whose lists they are.
   */
  settle(polled: Seen, sequence: number, now: number, by?: LegacyServer): readonly PendingWrite[] {
    const ended: PendingWrite[] = [...this.#shown.takeBack(polled, sequence, now, by)];
    // The server that took the cancel is asked at once.
    for (const entry of ended) this.#set({ ...entry, recheckAt: now });
    for (const entry of this.all()) {
      if (entry.sequence > sequence) continue;
      const seen = polled(entry.app, entry.id);
      const isOld = this.#isOld(entry, seen, now, by);
      if (seen === 'unknown') {
        if (entry.record === undefined && isOld) this.#drop(entry);
        continue;
      }
      const isAgreed = agrees(entry, seen, by);
      if (isAgreed || isOld) {
        this.#drop(entry);
        if (isAgreed && entry.record === undefined) this.#shown.remember(lacked(entry, by));
        ended.push(entry);
      } else if (entry.record === undefined && seen !== undefined && mayBeAnew(entry, seen) && entry.rechecks === 0)
        this.#set({ ...entry, recheckAt: Math.min(entry.recheckAt, now) });
    }
    return ended;
  }

  /**
   * The entries that polls have contradicted for too long, `limit` at most, the longest overdue first. The legacy must be
   * asked for each.
   */
  due(now: number, limit: number): readonly PendingWrite[] {
    if (this.#size === 0) return [];
    const due = this.all().filter(({ recheckAt }) => recheckAt <= now);
    return due.toSorted((a, b) => a.recheckAt - b.recheckAt).slice(0, limit);
  }

  /** Records what the legacy says of a due entry. `overtaken`: it was written again while the legacy was being asked. */
  recordRecheck(
    entry: PendingWrite,
    { answer, taker, isPolled }: Verdict,
    now: number,
  ): 'goes-on' | 'ended' | 'overtaken' {
    if (this.get(entry.app, entry.id) !== entry) return 'overtaken';
    const contradicted = entry.record !== undefined && answer === 'none';
    if (contradicted) {
      this.#drop(entry);
      return 'ended';
    }
    const rechecks = entry.rechecks + 1;
    const { pendingRecheckAfter, maxPendingAge } = this.#settings;
    const silentSince = answer === 'no-answer' && isPolled ? (entry.silentSince ?? now) : undefined;
    // A register ends with the silence, so it is worth asking often.
    const doublings = entry.record !== undefined && silentSince !== undefined ? 0 : Math.min(rechecks, MAX_DOUBLINGS);
    const gap = Math.min(pendingRecheckAfter * 2 ** doublings, maxPendingAge);
    const found =
      typeof answer === 'string'
        ? entry
        : {
            ...entry,
            record: answer,
            version: answer.lastUpdatedTimestamp,
            // Where nobody knows who took the write, whoever answers may be behind itself.
            ...(taker !== undefined && { taker, isHearsay: false, confirmedAt: now }),
          };
    this.#set({ ...found, rechecks, recheckAt: now + gap, silentSince });
    return 'goes-on';
  }

  /** The server has taken a heartbeat of the instance, so it has it. */
  renewed(app: AppName, id: InstanceId, server: LegacyServer, now: number): void {
    const entry = this.get(app, id);
    if (entry?.record === undefined || entry.taker?.server !== server) return;
    this.#set({ ...entry, confirmedAt: now, silentSince: undefined });
  }

  #isOld(entry: PendingWrite, seen: ReturnType<Seen>, now: number, by: LegacyServer | undefined): boolean {
    const { maxPendingAge } = this.#settings;
    const { record, taker, confirmedAt, silentSince } = entry;
    if (record === undefined) return now - confirmedAt >= this.#maxCancelAge(entry, seen, by);
    if (taker === undefined) return now - Math.max(confirmedAt, this.#restoredAt) >= maxPendingAge;
    return silentSince !== undefined && now - silentSince >= maxPendingAge;
  }

  /**
   * Of a cancel whose instance a list shows just as it was: as long as its lease may be known there. A server that has
   * not heard of the cancel ends the lease, at twice its duration and with its next run. Milliseconds.
   */
  #maxCancelAge(entry: PendingWrite, seen: ReturnType<Seen>, by: LegacyServer | undefined): number {
    const { maxPendingAge } = this.#settings;
    if (entry.version === undefined) return maxPendingAge;
    if (seen === undefined || seen === 'unknown' || isAnew(entry, seen, by)) return maxPendingAge;
    const lease = (seen.leaseInfo?.durationInSecs ?? 0) * 1000;
    return Math.max(maxPendingAge, Math.min(3 * lease, MAX_CANCEL_AGE));
  }

  #set(entry: PendingWrite): void {
    this.#shown.forget(entry.app, entry.id);
    const ofApp = this.#entries.get(entry.app) ?? new Map<InstanceId, PendingWrite>();
    if (!ofApp.has(entry.id)) this.#size++;
    ofApp.set(entry.id, entry);
    this.#entries.set(entry.app, ofApp);
  }

  #drop(entry: PendingWrite): void {
    const ofApp = this.#entries.get(entry.app);
    if (ofApp?.delete(entry.id) === true) this.#size--;
    if (ofApp?.size === 0) this.#entries.delete(entry.app);
  }
}
