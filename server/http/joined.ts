import type { Clock } from '../ports/clock.ts';

/** What is known of the parts of an answer that was sent before. */
interface Sent {
  /** Epoch milliseconds of the first time. */
  readonly since: number;
  times: number;
  joined: Buffer | undefined;
}

/** Fewer parts are sent as fast as one. */
const MIN_PARTS = 4;
/** A longer answer takes so long to send that its parts do not count, and is too much to have twice. */
const MAX_JOINED_BYTES = 512 * 1024;
/** To give a part to a connection takes half a microsecond, to join some hundred kilobytes fifty. */
const SENT_OFTEN = 200;
/**
 * Milliseconds. While changes come, every answer is a new one: joined, each would be a buffer that V8 has to free, and
 * that slow readers share no part of with those of other answers.
 */
const SENT_FOR = 2_000;

const sent = new WeakMap<readonly Buffer[], Sent>();

/** The parts of an answer of so many bytes in one buffer, if it is sent again and again. Lives as long as the parts. */
export function joinedIfSentOften(
  parts: readonly Buffer[],
  bytes: number,
  clock: Pick<Clock, 'now'>,
): Buffer | undefined {
  if (parts.length < MIN_PARTS || bytes > MAX_JOINED_BYTES) return undefined;
  const known = sent.get(parts);
  if (known === undefined) sent.set(parts, { since: clock.now(), times: 1, joined: undefined });
  else if (known.joined !== undefined) return known.joined;
  else if (++known.times > SENT_OFTEN && clock.now() - known.since >= SENT_FOR)
    known.joined = Buffer.concat(parts, bytes);
  return known?.joined;
}
