import type { AppName } from '../../shared/model/names.ts';
import { positionAt, type SchedulePosition } from '../../shared/contribution/schedule.ts';
import type { Clock } from '../ports/clock.ts';
import type { SnapshotUpdate } from './snapshot-update.ts';

/** Longest wait (milliseconds) between two checks of the clock: it may have been set, or the machine may have slept. */
const MAX_WAIT_MS = 60_000;
/** Milliseconds until an application whose merge failed is checked again. */
const OVERDUE_MS = 1000;

/**
 * Requests a merge of applications when their traffic schedules reach another step, in whichever direction the clock
 * has moved.
 */
export class TrafficSteps {
  readonly #clock: Clock;
  readonly #remerge: (apps: readonly AppName[]) => void;
  /** The positions of the schedules when the applications were last merged. */
  readonly #positions = new Map<AppName, SchedulePosition>();
  #cancelLook: () => void = () => undefined;

  constructor(clock: Clock, remerge: (apps: readonly AppName[]) => void) {
    this.#clock = clock;
    this.#remerge = remerge;
  }

  note({ merged }: Pick<SnapshotUpdate, 'merged'>): void {
    let touched = false;
    for (const [before, after] of merged) {
      const position = after?.dial?.schedule;
      const name = after?.name ?? before?.name;
      if (name === undefined) continue;
      if (position !== undefined) this.#positions.set(name, position);
      else if (!this.#positions.delete(name)) continue;
      touched = true;
    }
    if (touched) this.#lookLater();
  }

  stop(): void {
    this.#cancelLook();
  }

  #lookLater(): void {
    this.#cancelLook();
    if (this.#positions.size === 0) return;
    const now = this.#clock.now();
    let wait = MAX_WAIT_MS;
    for (const { next } of this.#positions.values())
      if (next !== undefined) wait = Math.min(wait, next.at > now ? next.at - now : OVERDUE_MS);
    this.#cancelLook = this.#clock.after(wait, () => this.#look());
  }

  #look(): void {
    const now = this.#clock.now();
    const due = [...this.#positions].filter(([, { schedule, step }]) => positionAt(schedule, now).step !== step);
    this.#lookLater();
    if (due.length > 0) this.#remerge(due.map(([name]) => name));
  }
}
