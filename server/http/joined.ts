/** What is known of the parts of an answer that was sent before. */
interface Sent {
  times: number;
  joined: Buffer | undefined;
}

/** Fewer parts are sent as fast as one. */
const MIN_PARTS = 4;
/** A longer answer takes so long to send that its parts do not count, and is too much to have twice. */
const MAX_JOINED_BYTES = 512 * 1024;
/**
 * To give a part to a connection takes half a microsecond, to join some hundred kilobytes fifty, and a buffer that V8
 * has to free. While changes come every answer is a new one, of which few are sent so often.
 */
const SENT_OFTEN = 200;

const sent = new WeakMap<readonly Buffer[], Sent>();

/** The parts of an answer of so many bytes in one buffer, if it is sent again and again. Lives as long as the parts. */
export function joinedIfSentOften(parts: readonly Buffer[], bytes: number): Buffer | undefined {
  if (parts.length < MIN_PARTS || bytes > MAX_JOINED_BYTES) return undefined;
  const known = sent.get(parts);
  if (known === undefined) sent.set(parts, { times: 1, joined: undefined });
  else if (known.joined !== undefined) return known.joined;
  else if (++known.times > SENT_OFTEN) known.joined = Buffer.concat(parts, bytes);
  return known?.joined;
}
