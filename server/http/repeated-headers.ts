import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';

interface LastHeaders {
  /** Names and values in turn, as they came. */
  readonly raw: readonly string[];
  readonly headers: IncomingHttpHeaders;
}

/** With longer headers, or more, a connection at rest would take more memory than by itself. */
const MAX_CHARACTERS = 1024;
const MAX_HEADERS = 32;

const lastOf = new WeakMap<Socket, LastHeaders>();

/**
 * The headers of the last request of a connection, if this one has the same. A client sends the same with nearly every
 * request; to make an object of them, and to hash its values anew, is a twentieth of a small answer. Who changes such an
 * object changes it for the requests that follow.
 */
export function repeatedHeaders(socket: Socket, raw: readonly string[]): IncomingHttpHeaders | undefined {
  const last = lastOf.get(socket);
  return last !== undefined && isSame(last.raw, raw) ? last.headers : undefined;
}

export function rememberHeaders(socket: Socket, raw: readonly string[], headers: IncomingHttpHeaders): void {
  if (raw.length > 2 * MAX_HEADERS) return;
  if (charactersOf(raw) <= MAX_CHARACTERS) lastOf.set(socket, { raw, headers });
}

/** Of all names and values. */
export function charactersOf(raw: readonly string[]): number {
  return raw.reduce((sum, { length }) => sum + length, 0);
}

function isSame(raw: readonly string[], other: readonly string[]): boolean {
  if (raw.length !== other.length) return false;
  for (let i = 0; i < raw.length; i++) if (raw[i] !== other[i]) return false;
  return true;
}
