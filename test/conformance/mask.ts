import type { Reply } from './exchange.ts';

/** What a server stamps now is this far from now at most, in milliseconds; what clients say in these tests is not. */
const RECENT_MS = 3_600_000;

/**
 * A document without what no two servers can have in common: the times they stamped themselves, and in a delta
 * the version and the kind of change (clients take ADDED and MODIFIED for the same).
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
