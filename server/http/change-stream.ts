import type { ServerResponse } from 'node:http';
import { reportChange } from '../../shared/api/changes.ts';
import type { Moment } from '../../shared/history/moment.ts';
import type { AppName } from '../../shared/model/names.ts';
import { time } from '../../shared/text/printable.ts';
import { runInSlices, type NewTimeSlice, type Steps } from '../../shared/time-slice.ts';
import type { Clock } from '../ports/clock.ts';
import { eventText, openEventStream } from './event-stream.ts';

/** Programs that follow at the same time. */
const MAX_FOLLOWERS = 100;
/** Changes that one follower is told before the next one has its turn. */
const BATCH = 500;
/** Milliseconds between two signs of life, without which proxies take a quiet connection for a dead one. */
const ALIVE_MS = 15_000;
/** Milliseconds that a follower may leave what it was told unread. */
const MAX_BEHIND_MS = 30_000;
/** Milliseconds after which it has to ask again, as its right to read is looked at only then. It misses nothing by that. */
const MAX_FOLLOWED_MS = 600_000;

/** What is remembered of the past. */
export interface PastMoments {
  /** Epoch milliseconds from which on everything is known. */
  readonly since: number | undefined;
  /** Oldest first. */
  moments(): Iterable<Moment>;
  newestFirst(): Iterable<Moment>;
}

/** Where a follower is: it knows everything up to this version, which was made at this time (epoch milliseconds). */
export interface Position {
  readonly version: number;
  readonly at: number;
}

interface Follower {
  readonly response: ServerResponse;
  readonly app: AppName | undefined;
  readonly since: number;
  position: Position;
  /** How much it was told of a version after that. */
  part: { readonly version: number; readonly told: number } | undefined;
  behindSince: number | undefined;
}

/** Tells followers each change once, in order. What one has not read waits in the history, and not in a buffer for it. */
export class ChangeStream {
  readonly #clock: Clock;
  readonly #past: PastMoments;
  readonly #newTimeSlice: NewTimeSlice;
  readonly #followers = new Set<Follower>();
  /** Those that may have something to be told, in their order. */
  readonly #waiting = new Set<Follower>();
  #telling = false;
  #stopped = false;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, past: PastMoments, newTimeSlice: NewTimeSlice) {
    this.#clock = clock;
    this.#past = past;
    this.#newTimeSlice = newTimeSlice;
  }

  /** False: as many follow as may, or the server stops. `position`: absent for what comes from now on. */
  follow(response: ServerResponse, app: AppName | undefined, position: Position | undefined): boolean {
    if (this.#stopped || this.#followers.size >= MAX_FOLLOWERS) return false;
    const now = this.#clock.now();
    const start = position ?? { version: this.#newestVersion(), at: now };
    const follower: Follower = {
      response,
      app,
      since: now,
      position: start,
      part: undefined,
      behindSince: undefined,
    };
    this.#followers.add(follower);
    response.once('close', () => this.#followers.delete(follower));
    response.on('drain', () => this.#tell(follower));
    openEventStream(response);
    response.write(': changes\n\n');
    this.#tell(follower);
    this.#cancel ??= this.#clock.after(ALIVE_MS, () => this.#lookAfter());
    return true;
  }

  /** The position before a time (epoch milliseconds). */
  before(at: number): Position {
    for (const moment of this.#past.newestFirst()) if (moment.at < at) return { version: moment.version, at };
    return { version: -1, at };
  }

  /** There is a new moment. */
  note(): void {
    for (const follower of this.#followers) this.#tell(follower);
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
    for (const { response } of this.#followers) response.end();
  }

  #newestVersion(): number {
    for (const { version } of this.#past.newestFirst()) return version;
    return -1;
  }

  #tell(follower: Follower): void {
    this.#waiting.add(follower);
    if (!this.#telling) void runInSlices(this.#tellAll(), this.#newTimeSlice());
  }

  /** One step for each change: a hundred followers may have an hour to be told. */
  *#tellAll(): Steps<void> {
    this.#telling = true;
    try {
      // Who comes meanwhile, or comes again, is at the end.
      for (const follower of this.#waiting) {
        this.#waiting.delete(follower);
        yield* this.#tellOne(follower);
      }
    } finally {
      this.#telling = false;
    }
  }

  *#tellOne(follower: Follower): Steps<void> {
    const { response, app } = follower;
    if (!takesMore(response)) return;
    const { since = 0 } = this.#past;
    // A server that was started anew counts its versions from another number, and the history has an end.
    if (since > follower.position.at) {
      response.write(eventText('gap', { from: time(follower.position.at), oldest: time(since) }));
      follower.position = { version: -1, at: since };
    }
    let written = 0;
    for (const moment of this.#after(follower.position.version)) {
      const wanted = app === undefined ? moment.changes : moment.changes.filter((each) => each.app === app);
      const id = `${moment.version}-${moment.at}`;
      const told = follower.part?.version === moment.version ? follower.part.told : 0;
      for (const [i, change] of wanted.entries()) {
        if (i < told) continue;
        // Before each: one change may be long, and a version may have thousands.
        if (!takesMore(response)) return;
        if (written++ >= BATCH) return void this.#waiting.add(follower);
        // Only the last change of a version says where the follower is: one that comes again gets whole versions.
        response.write(eventText('change', reportChange(change), i === wanted.length - 1 ? id : undefined));
        follower.part = { version: moment.version, told: i + 1 };
        yield;
      }
      follower.position = moment;
    }
  }

  /** The moments after a version, oldest first. */
  #after(version: number): readonly Moment[] {
    const moments: Moment[] = [];
    for (const moment of this.#past.newestFirst()) {
      if (moment.version <= version) break;
      moments.push(moment);
    }
    return moments.toReversed();
  }

  #lookAfter(): void {
    this.#cancel = undefined;
    const now = this.#clock.now();
    for (const follower of this.#followers) {
      const { response, since } = follower;
      follower.behindSince = response.writableNeedDrain ? (follower.behindSince ?? now) : undefined;
      if (follower.behindSince !== undefined) {
        if (now - follower.behindSince >= MAX_BEHIND_MS) response.destroy();
      } else if (now - since > MAX_FOLLOWED_MS) response.end();
      else response.write(': alive\n\n');
    }
    if (this.#followers.size > 0) this.#cancel = this.#clock.after(ALIVE_MS, () => this.#lookAfter());
  }
}

/** It reads what it is told, as far as one can see. */
function takesMore({ destroyed, writableEnded, writableNeedDrain }: ServerResponse): boolean {
  return !destroyed && !writableEnded && !writableNeedDrain;
}

/** The id of an event, as a follower gives it back; undefined: it is none of ours. */
export function readPosition(id: string): Position | undefined {
  const [, version, at] = /^(\d{1,15})-(\d{1,15})$/.exec(id) ?? [];
  return version === undefined || at === undefined ? undefined : { version: Number(version), at: Number(at) };
}
