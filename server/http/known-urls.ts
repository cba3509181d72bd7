import type { FastPath } from './fast-path.ts';

/** So many URLs, of so many characters: a few megabytes when somebody fills them all. */
const MAX_URLS = 5000;
const MAX_URL_LENGTH = 200;

/**
 * What the routes have answered lately, by URL. Clients ask for the same few URLs over and over, and to route one anew
 * costs more than all the rest of a small answer. The routes stay the norm: what they have not answered, or would now
 * refuse, goes to them.
 */
export class KnownUrls {
  readonly #known = new Map<string, FastPath>();

  readonly fastPath: FastPath = (request, response) => {
    if (request.method !== 'GET') return false;
    return this.#known.get(request.url ?? '')?.(request, response) ?? false;
  };

  remember(url: string, fastPath: FastPath): void {
    if (url.length > MAX_URL_LENGTH) return;
    // Any query makes another URL, so a hostile client has as many as it likes.
    if (this.#known.size >= MAX_URLS) this.#known.clear();
    this.#known.set(url, fastPath);
  }
}
