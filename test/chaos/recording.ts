import type { InjectedFault } from './faults.ts';
import { Judge } from './judge.ts';
import { listedWithoutStates, Listings, type Listing } from './listings.ts';
import type { Observation, Restart } from './observation.ts';
import { Truth, type Timeline } from './truth.ts';

/** An answer is judged so much later: by then the judge has read what the sources said at its time. Milliseconds. */
export const JUDGED_AFTER_MS = 3_000;

/** An observation with only what differs from the one before of the same replica; `null`: not there any more. */
export interface RecordedObservation extends Omit<Observation, 'facts'> {
  readonly changed: Readonly<Record<string, string | null>>;
}

/** All that a run knew and saw, from which it can be judged again. */
export interface Recording {
  readonly timelines: readonly Timeline[];
  readonly faults: readonly InjectedFault[];
  readonly listings: readonly { readonly at: number; readonly ids: readonly string[] }[];
  readonly events: readonly (RecordedObservation | Restart)[];
}

/** Writes down full answers and restarts; other answers are parts of the same. */
export class Recorder {
  readonly #events: (RecordedObservation | Restart)[] = [];
  readonly #listings: Listing[] = [];
  readonly #last = new Map<number, ReadonlyMap<string, string>>();

  listed(listing: Listing): void {
    this.#listings.push(listing);
  }

  restarted(restart: Restart): void {
    this.#events.push(restart);
  }

  observed({ facts, ...observation }: Observation): void {
    if (observation.question !== 'full') return;
    const before = this.#last.get(observation.replica) ?? new Map<string, string>();
    const changed: Record<string, string | null> = {};
    for (const [key, state] of facts) if (before.get(key) !== state) changed[key] = state;
    for (const key of before.keys()) if (!facts.has(key)) changed[key] = null;
    this.#last.set(observation.replica, facts);
    this.#events.push({ ...observation, changed });
  }

  recording(truth: Truth, faults: readonly InjectedFault[]): Recording {
    return {
      timelines: [...truth.timelines.values()],
      faults,
      listings: this.#listings.map(({ at, states }) => ({ at, ids: [...states.keys()] })),
      events: this.#events,
    };
  }
}

/** What a change of the recorded answers would be judged as: `alter` may change the facts of each. */
export function judgeAgain(
  recording: Recording,
  alter: (observation: Observation) => ReadonlyMap<string, string> = ({ facts }) => facts,
): Judge {
  const truth = new Truth();
  // JSON knows no Infinity: what was never confirmed has null there.
  for (const line of recording.timelines)
    truth.timelines.set(line.key, {
      ...line,
      episodes: line.episodes.map((episode) => ({ ...episode, since: episode.since ?? Infinity })),
    });
  const listings = new Listings(truth);
  const coming = recording.listings.map(({ at, ids }): Listing => ({ at, states: listedWithoutStates(ids) }));
  const judge = new Judge(truth, listings, recording.faults);
  const current = new Map<number, Map<string, string>>();
  for (const event of recording.events) {
    const known = ('changed' in event ? event.receivedAt : event.at) + JUDGED_AFTER_MS;
    while (coming[0] !== undefined && coming[0].at <= known) listings.add(coming.shift() ?? coming[0]);
    if (!('changed' in event)) {
      judge.restarted(event);
      continue;
    }
    const { changed, ...rest } = event;
    const facts = new Map(current.get(event.replica));
    for (const [key, state] of Object.entries(changed))
      if (state === null) facts.delete(key);
      else facts.set(key, state);
    current.set(event.replica, facts);
    judge.judge({ ...rest, facts: alter({ ...rest, facts }) });
  }
  return judge;
}
