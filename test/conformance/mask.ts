import type { Reply } from './exchange.ts';

/** What a server stamps now is this far from now at most, in milliseconds; what clients say in these tests is not. */
const RECENT_MS = 3_600_000;

/**
 * A JSON document without what no two servers can have in common: the times they stamped themselves, and in a delta
 * the version and the kind of change (clients take ADDED and MODIFIED for the same).
 */
export function masked(reply: Reply): Reply {
  if (reply.status !== 200 || reply.body.length === 0) return reply;
  const document: unknown = JSON.parse(reply.body.toString(), (key, value: unknown) => {
    if (key === 'versions__delta') return 'masked';
    if (key === 'actionType') return value === 'DELETED' ? value : 'ADDED or MODIFIED';
    return isStamp(value) ? 'now' : value;
  });
  return { ...reply, body: Buffer.from(JSON.stringify(document)) };
}

function isStamp(value: unknown): boolean {
  if (typeof value !== 'number' && typeof value !== 'string') return false;
  return /^\d{13}$/.test(String(value)) && Math.abs(Number(value) - Date.now()) < RECENT_MS;
}
