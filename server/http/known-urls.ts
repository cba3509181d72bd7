import type { FastPath } from './fast-path.ts';

/** Together they bound the table to a few megabytes. Lengths in characters. */
const MAX_URLS = 5000;
const MAX_URL_LENGTH = 200;

/**
 * Fast paths of the URLs that a route has answered. Clients ask for the same few URLs again and again, and routing one
 * costs more than the rest of a small answer. The routes define the answers: what they have not answered before, or
 * would refuse now, goes to them.
 */
export class KnownUrls {
  readonly #known = new Map<string, FastPath>();

  readonly fastPath: FastPath = (request, response) => {
    if (request.method !== 'GET') return false;
    return this.#known.get(request.url ?? '')?.(request, response) ?? false;
  };

  remember(url: string, fastPath: FastPath): void {
    if (url.length > MAX_URL_LENGTH) return;
    // Any query makes another URL, so a hostile client can send any number of them.
    if (this.#known.size >= MAX_URLS) this.#known.clear();
    this.#known.set(url, fastPath);
  }
}
