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
