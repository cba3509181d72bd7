import type { InstanceRecord } from '../../../../shared/model/instance.ts';
import type { AppName, InstanceId } from '../../../../shared/model/names.ts';
import { sameContent } from '../../../../shared/model/same-content.ts';
import type { InstanceAnswer, LegacyServer } from '../wire/legacy-server.ts';
import type { Place } from '../wire/redirect.ts';

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
  /** Epoch milliseconds since when the legacy has not answered when it was asked. */
  readonly silentSince: number | undefined;
  /**
   * The legacy's own `lastUpdatedTimestamp`; a poll is newer when its time stamp is greater. `undefined` when the
   * record is not the legacy's own answer.
   */
  readonly version: number | undefined;
  /** `undefined` when nobody knows who took the write. */
  readonly taker: Taker | undefined;
}

/** The server that took a write: others may not know of it yet. */
export interface Taker {
  readonly server: LegacyServer;
  /** Where redirects led the write; `undefined` when that is not known. */
  readonly place: Place | undefined;
}

export type RestoredWrite = Omit<PendingWrite, 'sequence' | 'recheckAt' | 'rechecks' | 'silentSince'>;

/** In milliseconds. */
export interface PendingWriteSettings {
  /** How long polls may contradict a write before the legacy is asked for that instance. */
  readonly pendingRecheckAfter: number;
  /** After this time polls count again, whatever was written; with a known taker, after this time of its silence. */
  readonly maxPendingAge: number;
}

/** Keeps the exponent small, so that the product is a finite number. */
const MAX_DOUBLINGS = 10;

/** Milliseconds. A lease may have any duration, and the turn of a register to be asked for may not come. */
const MAX_AGE = 600_000;

/**
 * Effects of writes that polls do not show yet. A stock server's lists lag up to 30 s behind its writes; its answers
 * for a single instance do not. An entry ends when a poll agrees, when the legacy's answer for the instance contradicts
 * it, or at its maximum age. A server may be cut off from the one that is polled: what it took stays for as long as it
 * has it.
 */
export class PendingWrites {
  readonly #settings: PendingWriteSettings;
  readonly #entries = new Map<AppName, Map<InstanceId, PendingWrite>>();
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
  ): void {
    const known = this.get(app, id);
    const isEcho = record !== undefined && known?.record !== undefined && isSameWrite(record, known.record);
    this.#add({ app, id, record, version, confirmedAt: now, taker: taker ?? (isEcho ? known.taker : undefined) });
  }

  /** A write of a process before this one: rounds begun from now on may know of it. */
  restore(write: RestoredWrite): void {
    this.#add(write);
  }

  #add(write: RestoredWrite): void {
    const recheckAt = write.confirmedAt + this.#settings.pendingRecheckAfter;
    this.#set({ ...write, sequence: this.nextSequence(), recheckAt, rechecks: 0, silentSince: undefined });
  }

  /**
   * Compares the entries with the view of the round `sequence`, and returns those that ended. A view agrees with a
   * register when it has the same content or a newer version. It agrees with a cancel when it does not have the
   * instance. `unknown`: it cannot tell. A register goes on then, and a cancel ends at its maximum age.
   */
  settle(
    polled: (app: AppName, id: InstanceId) => InstanceRecord | undefined | 'unknown',
    sequence: number,
    now: number,
  ): readonly PendingWrite[] {
    const ended: PendingWrite[] = [];
    for (const entry of this.all()) {
      if (entry.sequence > sequence) continue;
      const seen = polled(entry.app, entry.id);
      const isOld = this.#isOld(entry, seen, now);
      if (seen === 'unknown') {
        if (entry.record === undefined && isOld) this.#drop(entry);
        continue;
      }
      if (agrees(entry, seen) || isOld) {
        this.#drop(entry);
        ended.push(entry);
      } else if (entry.record === undefined && seen !== undefined && newer(entry, seen) && entry.rechecks === 0)
        // The instance was registered anew: either after the cancel, or before it and the polls lag.
        this.#set({ ...entry, recheckAt: Math.min(entry.recheckAt, now) });
    }
    return ended;
  }

  /** The entries that polls have contradicted for too long, `limit` at most. The legacy must be asked for each. */
  due(now: number, limit: number): readonly PendingWrite[] {
    if (this.#size === 0) return [];
    const due: PendingWrite[] = [];
    for (const entry of this.all()) if (entry.recheckAt <= now && due.push(entry) >= limit) break;
    return due;
  }

  /** Records the legacy's answer for a due entry. `overtaken`: it was written again while the legacy was being asked. */
  recordRecheck(entry: PendingWrite, answer: InstanceAnswer, now: number): 'goes-on' | 'ended' | 'overtaken' {
    if (this.get(entry.app, entry.id) !== entry) return 'overtaken';
    const contradicted = entry.record !== undefined && answer === 'none';
    if (contradicted) {
      this.#drop(entry);
      return 'ended';
    }
    const rechecks = entry.rechecks + 1;
    const { pendingRecheckAfter, maxPendingAge } = this.#settings;
    const silentSince = answer === 'no-answer' ? (entry.silentSince ?? now) : undefined;
    // A register ends with the silence, so it is worth asking often.
    const doublings = entry.record !== undefined && silentSince !== undefined ? 0 : Math.min(rechecks, MAX_DOUBLINGS);
    const gap = Math.min(pendingRecheckAfter * 2 ** doublings, maxPendingAge);
    const found =
      typeof answer === 'string'
        ? entry
        : { ...entry, record: answer, version: answer.lastUpdatedTimestamp, confirmedAt: this.#confirmed(entry, now) };
    this.#set({ ...found, rechecks, recheckAt: now + gap, silentSince });
    return 'goes-on';
  }

  /** The server has taken a heartbeat of the instance, so it has it. */
  renewed(app: AppName, id: InstanceId, server: LegacyServer, now: number): void {
    const entry = this.get(app, id);
    if (entry?.record === undefined || entry.taker?.server !== server) return;
    this.#set({ ...entry, confirmedAt: now, silentSince: undefined });
  }

  /** Where nobody knows who took the write, whoever answers may be behind itself. */
  #confirmed(entry: PendingWrite, now: number): number {
    return entry.taker === undefined ? entry.confirmedAt : now;
  }

  #isOld(entry: PendingWrite, seen: InstanceRecord | undefined | 'unknown', now: number): boolean {
    const { maxPendingAge } = this.#settings;
    const { record, taker, confirmedAt, silentSince } = entry;
    if (record === undefined) return now - confirmedAt >= this.#maxCancelAge(entry, seen);
    if (taker === undefined) return now - confirmedAt >= maxPendingAge;
    return now - (silentSince ?? Infinity) >= maxPendingAge || now - confirmedAt >= Math.max(MAX_AGE, maxPendingAge);
  }

  /**
   * Of a cancel whose instance a list shows just as it was: as long as its lease may be known there. A server that has
   * not heard of the cancel ends the lease, at twice its duration and with its next run. Milliseconds.
   */
  #maxCancelAge(entry: PendingWrite, seen: InstanceRecord | undefined | 'unknown'): number {
    const { maxPendingAge } = this.#settings;
    if (entry.version === undefined) return maxPendingAge;
    if (seen === undefined || seen === 'unknown' || isAnew(entry, seen)) return maxPendingAge;
    const lease = (seen.leaseInfo?.durationInSecs ?? 0) * 1000;
    return Math.max(maxPendingAge, Math.min(3 * lease, MAX_AGE));
  }

  #set(entry: PendingWrite): void {
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

function agrees(entry: PendingWrite, seen: InstanceRecord | undefined): boolean {
  if (entry.record === undefined || seen === undefined) return entry.record === seen;
  // A record that we computed ourselves cannot have the server's time stamps.
  const { lastUpdatedTimestamp, leaseInfo } = seen;
  const expected = entry.version === undefined ? { ...entry.record, lastUpdatedTimestamp, leaseInfo } : entry.record;
  return sameContent(expected, seen) || newer(entry, seen);
}

/** A server replicates to us what it took through us. */
function isSameWrite(a: InstanceRecord, b: InstanceRecord): boolean {
  return a.lastDirtyTimestamp === b.lastDirtyTimestamp && a.status === b.status;
}

/** Each server has a `lastUpdatedTimestamp` of its own; what it registered before the cancel is no new registration. */
function isAnew(entry: PendingWrite, seen: InstanceRecord): boolean {
  return newer(entry, seen) && (seen.leaseInfo?.registrationTimestamp ?? Infinity) >= entry.confirmedAt;
}

function newer(entry: PendingWrite, seen: InstanceRecord): boolean {
  return entry.version !== undefined && seen.lastUpdatedTimestamp > entry.version;
}
