import { isOlder } from './version-order.ts';

/** The history of a cluster at one moment. */
export interface HistoryMark {
  /** Aborted once some watch has found that the server shows another history. */
  readonly broken: AbortSignal;
  /** The latest version that any watch knew; a list that begins now cannot have an older one. Empty: none is known. */
  readonly version: string;
}

/**
 * What the watches of one cluster tell each other. Versions count for all resources together. After a restored backup the
 * server is silent on a watch that begins at a version of the future, and sends no bookmark either; the list of another
 * resource, whose version is not so far ahead, shows what has happened.
 */
export class ClusterHistory {
  #broken = new AbortController();
  #version = '';

  mark(): HistoryMark {
    return { broken: this.#broken.signal, version: this.#version };
  }

  /** A list or an event had this version. */
  knows(version: string): void {
    if (this.#version === '' || isOlder(this.#version, version)) this.#version = version;
  }

  /** Ends the streams that began at this mark, so that each resource is listed anew. Without effect for an older mark. */
  breaks({ broken }: HistoryMark): void {
    if (broken !== this.#broken.signal) return;
    const ended = this.#broken;
    this.#broken = new AbortController();
    this.#version = '';
    ended.abort();
  }
}
