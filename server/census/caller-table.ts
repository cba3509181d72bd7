import {
  CALLER_MS,
  type Caller,
  type Identity,
  type Lookup,
  type ReadCounts,
  type RegisterCounts,
} from '../../shared/census/caller.ts';
import { MAX_NAME_LENGTH, type Question, type Writing } from '../../shared/census/question.ts';
import { appName, type AppName } from '../../shared/model/names.ts';
import { ownCopy } from '../../shared/text/own-copy.ts';

export const MAX_CALLERS = 10_000;
/** Callers of one address: behind a balancer there are many, and nobody shall drive out all others. */
export const MAX_CALLERS_OF_ADDRESS = 1000;
/** Of one caller: names that it looks up, applications that it registers. */
const MAX_NAMES = 100;
/** Milliseconds without a request after which a name makes room for another. */
const UNUSED_MS = 600_000;
/** Milliseconds until it is looked for such names again. */
const FULL_MS = 60_000;
/** The share of the table that goes at once when it is full: the callers seen longest ago. */
const SHARE_TO_DROP = 1 / 10;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** The row of one caller. `forgotten`: it is in no table any more. */
export interface CallerRow extends Caller {
  lastSeen: number;
  forgotten: boolean;
  readonly reads: Mutable<ReadCounts>;
  readonly lookups: Map<string, Mutable<Lookup>>;
  readonly registers: Map<AppName, Mutable<RegisterCounts & { lastSeen: number }>>;
  readonly notKept: Mutable<Caller['notKept']>;
  /** Epoch milliseconds at which all names were in use. */
  readonly lookedForRoomAt: Mutable<Caller['notKept']>;
}

/** What makes a caller this one and no other. */
export type CallerKey = Pick<Caller, 'address' | 'userAgent' | 'identity' | 'credentials'>;

/** Every caller that was seen, within bounds whatever is sent. */
export class CallerTable {
  readonly #rows = new Map<string, CallerRow>();
  readonly #byAddress = new Map<string, number>();
  #forgotten = 0;

  /** The row of a caller, a new one if need be. `undefined`: its address has too many already. */
  row(key: CallerKey, now: number): CallerRow | undefined {
    const text = textOf(key);
    const known = this.#rows.get(text);
    if (known !== undefined) return known;
    const ofAddress = this.#byAddress.get(key.address) ?? 0;
    if (ofAddress >= MAX_CALLERS_OF_ADDRESS) {
      this.#forgotten++;
      return undefined;
    }
    if (this.#rows.size >= MAX_CALLERS) this.#dropOldest(now);
    const row = newRow(key, now);
    this.#rows.set(text, row);
    this.#byAddress.set(key.address, ofAddress + 1);
    return row;
  }

  #dropOldest(now: number): void {
    const byAge = [...this.#rows].toSorted(([, a], [, b]) => a.lastSeen - b.lastSeen);
    for (const [text, row] of byAge.slice(0, Math.ceil(MAX_CALLERS * SHARE_TO_DROP))) {
      this.#rows.delete(text);
      row.forgotten = true;
      if (now - row.lastSeen <= CALLER_MS) this.#forgotten++;
      const left = (this.#byAddress.get(row.address) ?? 1) - 1;
      if (left === 0) this.#byAddress.delete(row.address);
      else this.#byAddress.set(row.address, left);
    }
  }

  get callers(): readonly Caller[] {
    return [...this.#rows.values()];
  }

  /** How many times a caller of the last day was dropped, or one not taken up, because there were too many. */
  get forgotten(): number {
    return this.#forgotten;
  }
}

/** Under which a look-up is counted; undefined: the question is about the whole registry. */
export function lookupKey(question: Question): string | undefined {
  return 'name' in question ? `${question.kind} ${question.name}` : undefined;
}

/** `key`: the `lookupKey` of the question, for whoever has it at hand. */
export function countRead(row: CallerRow, question: Question, now: number, key = lookupKey(question)): void {
  row.lastSeen = now;
  row.reads[question.kind]++;
  if (key === undefined || !('name' in question)) return;
  const lookup = row.lookups.get(key);
  if (lookup === undefined) {
    const { kind, name } = question;
    if (hasRoom(row, 'lookups', now)) row.lookups.set(key, { kind, name, count: 1, lastSeen: now });
  } else {
    lookup.count++;
    lookup.lastSeen = now;
  }
}

export function countWriting(row: CallerRow, app: AppName, kind: Writing['kind'], now: number): void {
  row.lastSeen = now;
  const name = app.length > MAX_NAME_LENGTH ? keptName(app) : app;
  let counts = row.registers.get(name);
  if (counts === undefined) {
    if (!hasRoom(row, 'registers', now)) return;
    counts = { register: 0, renew: 0, cancel: 0, other: 0, lastSeen: now };
    row.registers.set(keptName(name), counts);
  }
  counts[kind]++;
  counts.lastSeen = now;
}

/** A name that keeps no other text in memory, such as the URL that it was cut from. */
function keptName(app: AppName): AppName {
  return appName(ownCopy(app, MAX_NAME_LENGTH));
}

/**
 * Whether one more name of this kind is kept; counts it if not. Behind one address may be a whole fleet: names that are in
 * use stay, or each request would drive out a name that comes again. Of the others the one unused longest goes.
 */
function hasRoom(row: CallerRow, kind: 'lookups' | 'registers', now: number): boolean {
  const names: Map<string, { readonly lastSeen: number }> = row[kind];
  if (names.size < MAX_NAMES) return true;
  // The clock may have been set back.
  const looked = row.lookedForRoomAt[kind];
  if (now < looked || now - looked >= FULL_MS) {
    const [oldest] = [...names].toSorted(([, a], [, b]) => a.lastSeen - b.lastSeen);
    if (oldest !== undefined && now - oldest[1].lastSeen > UNUSED_MS) return names.delete(oldest[0]);
    row.lookedForRoomAt[kind] = now;
  }
  row.notKept[kind]++;
  return false;
}

function newRow(key: CallerKey, now: number): CallerRow {
  return {
    ...key,
    firstSeen: now,
    lastSeen: now,
    forgotten: false,
    reads: { full: 0, delta: 0, app: 0, vip: 0, svip: 0, instance: 0, json: 0, xml: 0, compact: 0, gzip: 0 },
    lookups: new Map(),
    registers: new Map(),
    notKept: { lookups: 0, registers: 0 },
    lookedForRoomAt: { lookups: 0, registers: 0 },
  };
}

function textOf({ address, userAgent = '', identity, credentials }: CallerKey): string {
  return [address, userAgent, identityText(identity), ...credentials].join('\n');
}

function identityText({ name = '', version = '', id = '' }: Identity): string {
  return `${name}\n${version}\n${id}`;
}
