import type { RecordedAnswer } from '../subjects/raw.ts';
import type { Reply } from './ask.ts';

/** Written by node:http itself, in both servers. */
const OF_NODE = new Set(['date', 'connection', 'keep-alive', 'transfer-encoding']);

/** What raw node:http has to send so that its answer is the same, byte for byte and header for header. */
export function recordedAnswer({ status, headers, body }: Reply): RecordedAnswer {
  const own = Object.entries(headers).flatMap(([name, value]) =>
    OF_NODE.has(name) || value === undefined ? [] : [[name, String(value)] as const],
  );
  return { status, headers: Object.fromEntries(own), body };
}

/** Fewer headers, or other ones, would be another race. */
export function expectSameAnswer(ours: Reply, raw: Reply): void {
  const facts = ({ status, headers, body }: Reply): string =>
    JSON.stringify([
      status,
      body.length,
      Object.keys(headers).toSorted(),
      recordedAnswer({ status, headers, body }).headers,
    ]);
  if (facts(ours) === facts(raw) && ours.body.equals(raw.body)) return;
  throw new Error(`raw node:http answers ${facts(raw)} instead of ${facts(ours)}`);
}
