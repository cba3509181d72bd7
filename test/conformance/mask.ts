import type { Reply } from './exchange.ts';

/**
 * Milliseconds: time stamps of servers are at most this far from now; those of clients in these tests are further away.
 */
const RECENT_MS = 3_600_000;

/**
 * A document without what two servers cannot have in common: their own time stamps, and in a delta the version and the
 * kind of change (clients treat ADDED and MODIFIED alike).
 */
export function masked(reply: Reply): Reply {
  if (reply.status >= 400 && reply.status !== 409) return reply;
  const text = reply.body.toString();
  if (text.startsWith('{')) return { ...reply, body: Buffer.from(maskedJson(text)) };
  return {
    ...reply,
    body: Buffer.from(text.replaceAll(/>(\d{13})</g, (all, stamp) => (isStamp(stamp) ? '>now<' : all))),
  };
}

function maskedJson(text: string): string {
  const document: unknown = JSON.parse(text, (key, value: unknown) => {
    if (key === 'versions__delta') return 'masked';
    if (key === 'actionType') return value === 'DELETED' ? value : 'ADDED or MODIFIED';
    return isStamp(value) ? 'now' : value;
  });
  return JSON.stringify(document);
}

function isStamp(value: unknown): boolean {
  if (typeof value !== 'number' && typeof value !== 'string') return false;
  return /^\d{13}$/.test(String(value)) && Math.abs(Number(value) - Date.now()) < RECENT_MS;
}
