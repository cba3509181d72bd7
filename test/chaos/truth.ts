/** Not in the list; or the text of all fields that are compared. */
export type State = 'absent' | (string & {});

export type Ending = 'cancelled' | 'lost' | 'deleted';

/** One state of one fact, with the time from which it may be seen and the time from which it holds. Milliseconds. */
export interface Episode {
  readonly state: State;
  /** When the change was sent: from here on answers may show it. */
  readonly from: number;
  /** When its source had confirmed it; `Infinity` until then. */
  since: number;
  /** How an entry came to be absent. */
  readonly ending?: Ending;
}

/** What is true of one entry over time: its place and content, or its status alone. */
export interface Timeline {
  readonly key: string;
  readonly source: 'legacy' | 'kubernetes';
  readonly app: string;
  readonly episodes: Episode[];
}

/** The judge's own book of what it did to the sources. */
export class Truth {
  readonly timelines = new Map<string, Timeline>();

  /** Writes down a change that is being sent; the returned function confirms it. */
  change(
    at: number,
    key: string,
    { source, app, state, ending }: Pick<Timeline, 'source' | 'app'> & { state: State; ending?: Ending },
  ): (confirmedAt: number) => void {
    const line = this.#line(key, source, app);
    const last = line.episodes.at(-1);
    const episode: Episode =
      last?.state === state && last.since === Infinity
        ? last
        : { state, from: at, since: Infinity, ...(ending !== undefined && { ending }) };
    if (episode !== last) line.episodes.push(episode);
    return (confirmedAt) => {
      episode.since = Math.min(episode.since, confirmedAt);
    };
  }

  /** How many changes of a source it has confirmed. */
  confirmed(source: Timeline['source']): number {
    const lines = [...this.timelines.values()].filter((line) => line.source === source);
    return lines.reduce((sum, { episodes }) => sum + episodes.filter(({ since }) => since < Infinity).length - 1, 0);
  }

  #line(key: string, source: Timeline['source'], app: string): Timeline {
    const known = this.timelines.get(key);
    if (known !== undefined) return known;
    const line: Timeline = { key, source, app, episodes: [{ state: 'absent', from: 0, since: 0 }] };
    this.timelines.set(key, line);
    return line;
  }
}

/** How and when something ceased to be true. */
export interface End {
  /** When its source had confirmed it; `Infinity`: it has not. */
  readonly at: number;
  /** Absent where another state took its place, which is never held. */
  readonly ending?: Ending | undefined;
}

/** When something else was confirmed in the place of an episode; `Infinity` while it holds. */
export function supersededAt({ episodes }: Timeline, index: number): number {
  let earliest = Infinity;
  for (let i = index + 1; i < episodes.length; i++) earliest = Math.min(earliest, episodes[i]?.since ?? Infinity);
  return earliest;
}

/** How the entry of an episode ended, when it did. */
export function endingOf({ episodes }: Timeline, index: number): Ending | undefined {
  for (let i = index + 1; i < episodes.length; i++) {
    const { since, ending, state } = episodes[i] ?? { since: Infinity, state: '' };
    if (since < Infinity) return state === 'absent' ? (ending ?? 'lost') : undefined;
  }
  return undefined;
}
