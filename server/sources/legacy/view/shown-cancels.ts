import type { InstanceRecord } from '../../../../shared/model/instance.ts';
import type { AppName, InstanceId } from '../../../../shared/model/names.ts';
import type { LegacyServer } from '../wire/legacy-server.ts';
import { isAnew, lacked, withGone, type Cancelled } from './write-evidence.ts';

/** Milliseconds. A lease may have any duration. */
export const MAX_CANCEL_AGE = 600_000;

/** The oldest are forgotten beyond it. */
const MAX_SHOWN = 10_000;

/** What a list has of an instance. `unknown`: it cannot tell. */
export type Seen = (app: AppName, id: InstanceId) => InstanceRecord | undefined | 'unknown';

export interface Cancel extends Cancelled {
  readonly app: AppName;
  readonly id: InstanceId;
  /** A round with a lower sequence began before the cancel. */
  readonly sequence: number;
}

/** The cancels that lists have shown: the lists of another server may not. */
export class ShownCancels<C extends Cancel> {
  /** By instance, oldest first. */
  readonly #cancels = new Map<string, C>();

  all(): readonly C[] {
    return [...this.#cancels.values()];
  }

  remember(cancel: C): void {
    // Without its version nobody can tell it from a new registration.
    if (cancel.version === undefined) return;
    this.#cancels.set(keyOf(cancel.app, cancel.id), cancel);
    if (this.#cancels.size <= MAX_SHOWN) return;
    for (const oldest of this.#cancels.keys()) {
      this.#cancels.delete(oldest);
      return;
    }
  }

  forget(app: AppName, id: InstanceId): void {
    this.#cancels.delete(keyOf(app, id));
  }

  /** This server says when it was cancelled there, by its own clock. */
  heard(app: AppName, id: InstanceId, by: LegacyServer, at: number): void {
    const key = keyOf(app, id);
    const cancel = this.#cancels.get(key);
    if (cancel !== undefined) this.#cancels.set(key, withGone(cancel, by, at));
  }

  /**
   * Those whose instances a list of `by` shows again, and not because they were registered anew: it may be that of another
   * server. What was registered anew is forgotten, and so is what is too old. `sequence`: that of the round.
   */
  takeBack(seenIn: Seen, sequence: number, now: number, by: LegacyServer | undefined): readonly C[] {
    const back: C[] = [];
    for (const [key, cancel] of this.#cancels) {
      const seen = cancel.sequence > sequence ? 'unknown' : seenIn(cancel.app, cancel.id);
      if (seen === undefined) this.#cancels.set(key, lacked(cancel, by));
      const isBack = seen !== undefined && seen !== 'unknown';
      if (isBack || now - cancel.confirmedAt >= MAX_CANCEL_AGE) this.#cancels.delete(key);
      if (isBack && !isAnew(cancel, seen, by)) back.push(cancel);
    }
    return back;
  }
}

function keyOf(app: AppName, id: InstanceId): string {
  return `${app}\n${id}`;
}
