import { CALLER_MS, type Caller } from '../../shared/census/caller.ts';
import { MAX_NAME_LENGTH, type Question, type Writing } from '../../shared/census/question.ts';
import { appName, type AppName } from '../../shared/model/names.ts';
import { ownCopy } from '../../shared/text/own-copy.ts';
import { newRow, textOf, weightOfName, type CallerKey, type CallerRow, type NameKind } from './caller-row.ts';

export const MAX_CALLERS = 10_000;
/** Callers of one address: behind a balancer there are many, and nobody shall drive out all others. */
export const MAX_CALLERS_OF_ADDRESS = 1000;
/** What all callers weigh together: a fleet of 10,000 with six names each fits. */
export const MAX_BYTES = 32 * 1024 * 1024;
/** The same of one address: 1000 callers with eight names each fit. */
export const MAX_BYTES_OF_ADDRESS = MAX_BYTES / 8;
/** Of one caller: names that it looks up, applications that it registers. */
const MAX_NAMES = 100;
/** Milliseconds without a request after which a name makes room for another. */
const UNUSED_MS = 600_000;
/** Milliseconds until it is looked for such names again. */
const FULL_MS = 60_000;
/** What is left of a table that was full: the callers seen longest ago go at once. */
const SHARE_TO_KEEP = 9 / 10;

/** The callers of one address. */
interface AddressShare {
  callers: number;
  bytes: number;
}

/** Every caller that was seen, within bounds whatever is sent. Weight is counted where a caller or a name comes or goes. */
export class CallerTable {
  readonly #rows = new Map<string, CallerRow>();
  readonly #byAddress = new Map<string, AddressShare>();
  #bytes = 0;
  #forgotten = 0;

  /** The row of a caller, a new one if need be. `undefined`: its address has too many already. */
  row(key: CallerKey, now: number): CallerRow | undefined {
    const text = textOf(key);
    const known = this.#rows.get(text);
    if (known !== undefined) return known;
    const row = newRow(key, text, now);
    const share = this.#byAddress.get(key.address) ?? { callers: 0, bytes: 0 };
    if (share.callers >= MAX_CALLERS_OF_ADDRESS || share.bytes + row.weight > MAX_BYTES_OF_ADDRESS) {
      this.#forgotten++;
      return undefined;
    }
    if (this.#rows.size >= MAX_CALLERS) this.#dropOldest(now);
    this.#rows.set(text, row);
    // The last caller of this address may just have gone, and its share with it.
    this.#byAddress.set(key.address, share);
    share.callers++;
    share.bytes += row.weight;
    this.#bytes += row.weight;
    if (this.#bytes > MAX_BYTES) this.#dropOldest(now, row);
    return row;
  }

  /** `key`: the `lookupKey` of the question, for whoever has it at hand. */
  countRead(row: CallerRow, question: Question, now: number, key = lookupKey(question)): void {
    row.lastSeen = now;
    row.reads[question.kind]++;
    if (key === undefined || !('name' in question)) return;
    const lookup = row.lookups.get(key);
    if (lookup !== undefined) {
      lookup.count++;
      lookup.lastSeen = now;
    } else if (this.#hasRoom(row, 'lookups', key, now)) {
      const { kind, name } = question;
      row.lookups.set(key, { kind, name, count: 1, lastSeen: now });
    }
  }

  countWriting(row: CallerRow, app: AppName, kind: Writing['kind'], now: number): void {
    row.lastSeen = now;
    const name = app.length > MAX_NAME_LENGTH ? keptName(app) : app;
    let counts = row.registers.get(name);
    if (counts === undefined) {
      if (!this.#hasRoom(row, 'registers', name, now)) return;
      counts = { register: 0, renew: 0, cancel: 0, other: 0, lastSeen: now };
      row.registers.set(keptName(name), counts);
    }
    counts[kind]++;
    counts.lastSeen = now;
  }

  get callers(): readonly Caller[] {
    return [...this.#rows.values()];
  }

  get size(): { readonly callers: number; readonly bytes: number } {
    return { callers: this.#rows.size, bytes: this.#bytes };
  }

  /** How many times a caller of the last day was dropped, or one not taken up, because there were too many. */
  get forgotten(): number {
    return this.#forgotten;
  }

  /**
   * Whether one more name of this kind is kept; weighs it if so, counts it if not. Behind one address may be a whole
   * fleet: names that are in use stay, or each request would drive out a name that comes again. Of the others the one
   * unused longest goes.
   */
  #hasRoom(row: CallerRow, kind: NameKind, key: string, now: number): boolean {
    const weight = weightOfName(kind, key);
    const fits = (): boolean =>
      row[kind].size < MAX_NAMES &&
      (this.#byAddress.get(row.address)?.bytes ?? MAX_BYTES_OF_ADDRESS) + weight <= MAX_BYTES_OF_ADDRESS;
    if (fits() || (this.#dropUnused(row, kind, now) && fits())) {
      this.#weigh(row, weight);
      if (this.#bytes > MAX_BYTES) this.#dropOldest(now, row);
      return true;
    }
    row.notKept[kind]++;
    return false;
  }

  /** Of one caller. Whether there was such a name. */
  #dropUnused(row: CallerRow, kind: NameKind, now: number): boolean {
    const names: Map<string, { readonly lastSeen: number }> = row[kind];
    // The clock may have been set back.
    const looked = row.lookedForRoomAt[kind];
    if (now >= looked && now - looked < FULL_MS) return false;
    const [oldest] = [...names].toSorted(([, a], [, b]) => a.lastSeen - b.lastSeen);
    if (oldest !== undefined && now - oldest[1].lastSeen > UNUSED_MS) {
      names.delete(oldest[0]);
      this.#weigh(row, -weightOfName(kind, oldest[0]));
      return true;
    }
    row.lookedForRoomAt[kind] = now;
    return false;
  }

  /** Those seen longest ago, whatever their address. `spared`: the one that is being counted. */
  #dropOldest(now: number, spared?: CallerRow): void {
    const byAge = [...this.#rows].toSorted(([, a], [, b]) => a.lastSeen - b.lastSeen);
    for (const [text, row] of byAge) {
      if (this.#rows.size <= MAX_CALLERS * SHARE_TO_KEEP && this.#bytes <= MAX_BYTES * SHARE_TO_KEEP) return;
      if (row !== spared) this.#drop(text, row, now);
    }
  }

  #drop(text: string, row: CallerRow, now: number): void {
    this.#rows.delete(text);
    this.#weigh(row, -row.weight);
    row.forgotten = true;
    if (now - row.lastSeen <= CALLER_MS) this.#forgotten++;
    const share = this.#byAddress.get(row.address);
    if (share !== undefined && --share.callers === 0) this.#byAddress.delete(row.address);
  }

  #weigh(row: CallerRow, bytes: number): void {
    row.weight += bytes;
    this.#bytes += bytes;
    const share = this.#byAddress.get(row.address);
    if (share !== undefined) share.bytes += bytes;
  }
}

/** Under which a look-up is counted; undefined: the question is about the whole registry. */
export function lookupKey(question: Question): string | undefined {
  return 'name' in question ? `${question.kind} ${question.name}` : undefined;
}

/** A name that keeps no other text in memory, such as the URL that it was cut from. */
function keptName(app: AppName): AppName {
  return appName(ownCopy(app, MAX_NAME_LENGTH));
}
