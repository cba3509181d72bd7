/** The history of a cluster at one moment. `broken`: aborted once some watch has found that the server shows another one. */
export interface HistoryMark {
  readonly broken: AbortSignal;
}

/**
 * What the watches of one cluster tell each other: after a restored backup the server is silent on a watch that begins at a
 * version of the future, and sends no bookmark either. The watch of another resource, whose version is not so far ahead,
 * gets one and finds out for all of them.
 */
export class ClusterHistory {
  #broken = new AbortController();

  mark(): HistoryMark {
    return { broken: this.#broken.signal };
  }

  /** Ends the streams that began at this mark, so that each resource is listed anew. Without effect for an older mark. */
  breaks({ broken }: HistoryMark): void {
    if (broken !== this.#broken.signal) return;
    const ended = this.#broken;
    this.#broken = new AbortController();
    ended.abort();
  }
}
