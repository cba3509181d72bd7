import type { Caller, Identity, Lookup, ReadCounts, RegisterCounts } from '../../shared/census/caller.ts';
import type { AppName } from '../../shared/model/names.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** The row of one caller. `forgotten`: it is in no table any more. */
export interface CallerRow extends Caller {
  lastSeen: number;
  forgotten: boolean;
  /** What it takes in memory with its names, in bytes. */
  weight: number;
  readonly reads: Mutable<ReadCounts>;
  readonly lookups: Map<string, Mutable<Lookup>>;
  readonly registers: Map<AppName, Mutable<RegisterCounts & { lastSeen: number }>>;
  readonly notKept: Mutable<Caller['notKept']>;
  /** Epoch milliseconds at which all names were in use. */
  readonly lookedForRoomAt: Mutable<Caller['notKept']>;
}

/** The names of one kind that a caller uses. */
export type NameKind = 'lookups' | 'registers';

/** What makes a caller this one and no other. */
export type CallerKey = Pick<Caller, 'address' | 'userAgent' | 'identity' | 'credentials'>;

/** Bytes of a row without its texts, of which it has two copies: as measured, rounded up. */
const ROW_BYTES = 1100;
/** The same of a name: one that is looked up has a key besides, and its characters may take two bytes each. */
const NAME_BYTES: Readonly<Record<NameKind, number>> = { lookups: 200, registers: 150 };
const BYTES_OF_CHARACTER: Readonly<Record<NameKind, number>> = { lookups: 4, registers: 2 };

/** `text`: the `textOf` its key. */
export function newRow(key: CallerKey, text: string, now: number): CallerRow {
  return {
    ...key,
    firstSeen: now,
    lastSeen: now,
    forgotten: false,
    weight: ROW_BYTES + 2 * text.length,
    reads: { full: 0, delta: 0, app: 0, vip: 0, svip: 0, instance: 0, json: 0, xml: 0, compact: 0, gzip: 0 },
    lookups: new Map(),
    registers: new Map(),
    notKept: { lookups: 0, registers: 0 },
    lookedForRoomAt: { lookups: 0, registers: 0 },
  };
}

export function textOf({ address, userAgent = '', identity, credentials }: CallerKey): string {
  return [address, userAgent, identityText(identity), ...credentials].join('\n');
}

function identityText({ name = '', version = '', id = '' }: Identity): string {
  return `${name}\n${version}\n${id}`;
}

/** `key`: under which it is kept. */
export function weightOfName(kind: NameKind, key: string): number {
  return NAME_BYTES[kind] + BYTES_OF_CHARACTER[kind] * key.length;
}
