import type { LoadResult } from './wrk.ts';

/** Headers of an answer are shorter. */
const HEADER_BYTES = 2_000;

/**
 * Whether the answers under load can be those that were checked before it: a server that begins to answer something
 * else, such as a delta from which everything has expired, is faster and wrong.
 */
export function expectSameAnswers(what: string, result: LoadResult, bodyBytes: number, connections: number): void {
  const { requests, bytes } = result;
  // Whoever is reading when the time is over has got a part of one more.
  const most = (requests + connections) * (bodyBytes * 1.01 + HEADER_BYTES);
  if (bytes >= requests * bodyBytes * 0.99 && bytes <= most) return;
  throw new Error(`${what}: ${requests} answers of ${bodyBytes} bytes were expected, ${bytes} bytes came`);
}
